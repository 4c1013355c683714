using System.Text;

namespace VFMTok.Numpy;

/// <summary>The Python literal of a header: a dict of the keys descr, fortran_order and shape, in any order, and of nothing else. Values are not nested, so nothing here recurses.</summary>
/// <param name="text">The header's bytes, padding included.</param>
/// <param name="source">Tells faults.</param>
internal ref struct NpyLiteral(ReadOnlySpan<byte> text, NpySource source)
{
    private const int MostDimensions = 32; // NumPy's

    private readonly ReadOnlySpan<byte> _text = text;
    private readonly NpySource _source = source;
    private int _at;

    /// <summary>Reads the dict.</summary>
    /// <exception cref="InvalidNumpyFileException">It is not such a dict.</exception>
    public (string Type, bool FortranOrder, long[] Shape) Read()
    {
        (string? type, bool? fortran, long[]? shape) = (null, null, null);
        Require('{');
        while (!Take('}'))
        {
            var key = Text();
            Require(':');
            switch (key)
            {
                case "descr" when type is null: type = Type(); break;
                case "fortran_order" when fortran is null: fortran = Truth(); break;
                case "shape" when shape is null: shape = Shape(); break;
                case "descr" or "fortran_order" or "shape": throw Bad($"states '{key}' twice");
                default: throw Bad($"has the unknown key '{Pickle.PickleRules.Short(key)}'");
            }
            if (Take(',')) continue;
            Require('}');
            break;
        }
        if (Next() >= 0) throw Bad("goes on after its dict");
        if (type is null || fortran is null || shape is null) throw Bad($"lacks '{(type is null ? "descr" : fortran is null ? "fortran_order" : "shape")}'");
        return (type, fortran.Value, shape);
    }

    private string Type() => Next() == '[' ? throw _source.Bad("has elements of several fields", "save each field as an array of its own") : Text();

    // Names of types and keys have no need of escapes or of letters beyond ASCII.
    private string Text()
    {
        var quote = Next();
        if (quote is not ('\'' or '"')) throw Bad("is no dict of texts");
        var length = _text[++_at..].IndexOf((byte)quote);
        if (length < 0) throw Bad("has a text without an end");
        var bytes = _text.Slice(_at, length);
        if (bytes.ContainsAnyExceptInRange((byte)' ', (byte)'~') || bytes.Contains((byte)'\\')) throw Bad("has a text that is not plain");
        _at += length + 1;
        return Encoding.ASCII.GetString(bytes);
    }

    private bool Truth() => Word("True"u8) || (Word("False"u8) ? false : throw Bad("has a fortran_order that is neither True nor False"));

    private long[] Shape()
    {
        var shape = new List<long>();
        var isTuple = true;
        Require('(');
        while (!Take(')'))
        {
            if (shape.Count == MostDimensions) throw Bad($"has a shape of more than {MostDimensions} dimensions");
            shape.Add(Number());
            isTuple = Take(',');
            if (isTuple) continue;
            Require(')');
            break;
        }
        return shape.Count != 1 || isTuple ? [.. shape] : throw Bad("has a number in place of a shape");
    }

    // Python 2 marked long integers with an L.
    private long Number()
    {
        if (Next() == '-') throw Bad("has a negative size in its shape");
        var start = _at;
        long value = 0;
        for (; _at < _text.Length && _text[_at] is >= (byte)'0' and <= (byte)'9'; _at++)
        {
            var digit = _text[_at] - '0';
            if (value > (long.MaxValue - digit) / 10) throw Bad("has a size beyond 64 bits in its shape");
            value = value * 10 + digit;
        }
        if (_at == start || _text[start] == '0' && _at > start + 1) throw Bad("has a shape that is no tuple of whole numbers");
        if (_at < _text.Length && _text[_at] == 'L') _at++;
        return value;
    }

    private bool Word(scoped ReadOnlySpan<byte> word)
    {
        if (Next() < 0 || !_text[_at..].StartsWith(word)) return false;
        _at += word.Length;
        return true;
    }

    private bool Take(char sign)
    {
        if (Next() != sign) return false;
        _at++;
        return true;
    }

    private void Require(char sign)
    {
        if (!Take(sign)) throw Bad($"lacks a '{sign}' at its byte {_at}");
    }

    // The next byte that is no white space, or -1 at the end.
    private int Next()
    {
        while (_at < _text.Length && _text[_at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') _at++;
        return _at < _text.Length ? _text[_at] : -1;
    }

    private readonly InvalidNumpyFileException Bad(string fault) => _source.Bad($"has a header that {fault}");
}
