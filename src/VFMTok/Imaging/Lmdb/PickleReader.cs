using System.Buffers.Binary;
using System.Text;

namespace VFMTok.Imaging.Lmdb;

/// <summary>Reads pickles of one dict of texts, bytes and integers, as CPython writes them in protocols 2 to 5 and Python 2 in protocol 2. It calls nothing and makes no other object.</summary>
/// <remarks>A loop over a stack, no recursion. Protocol 2 has no bytes: CPython writes them as <c>_codecs.encode(text, 'latin1')</c>, and empty ones as <c>bytes()</c>; these two calls are understood, not made.</remarks>
internal ref struct PickleReader(ReadOnlySpan<byte> pickle, string name)
{
    private const int MostValues = 10_000; // on the stack, and remembered
    private const string Encode = "_codecs.encode", Bytes = "__builtin__.bytes";

    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);
    private static readonly object Mark = new();

    private readonly ReadOnlySpan<byte> _pickle = pickle;
    private readonly Stack<object> _stack = new();
    private readonly Dictionary<long, object> _memo = [];
    private int _at;
    private long _encoded; // bytes made by calls; a sound pickle holds each of them once

    /// <summary>The value.</summary>
    /// <exception cref="InvalidImageException">It is truncated, damaged or holds anything else.</exception>
    public object Read()
    {
        if (Byte() != 0x80 || Byte() is < 2 or > 5) throw Bad("it does not start as one");
        for (var code = Byte(); code != '.'; code = Byte())
        {
            Run(code);
            if (_stack.Count > MostValues || _memo.Count > MostValues) throw Bad($"it holds more than {MostValues} values");
        }
        var value = Pop();
        return _stack.Count == 0 ? value : throw Bad("it holds more than one object");
    }

    /// <summary>A text as far as it fits into an error.</summary>
    public static string Short(string text) => text.Length <= 80 ? text : text[..80] + "...";

    public static InvalidImageException Bad(string name, string fault) => new($"'{name}' is no pickle of {{'image': bytes, 'label': int}}: {fault}; make the sample again.");

    private void Run(byte code)
    {
        switch (code)
        {
            case 0x95: _ = Length(8); break; // FRAME
            case (byte)'}': _stack.Push(new Dictionary<string, object>()); break;
            case (byte)'(': _stack.Push(Mark); break;
            case (byte)')': _stack.Push(Array.Empty<object>()); break;
            case 0x86: // TUPLE2
                var second = Pop();
                _stack.Push(new[] { Pop(), second });
                break;
            case (byte)'s': Set([Pop(), Pop()]); break;
            case (byte)'u': Set(PopToMark()); break;
            case 0x94: _memo[_memo.Count] = Top(); break; // MEMOIZE
            case (byte)'q': _memo[Number(1)] = Top(); break;
            case (byte)'r': _memo[Number(4)] = Top(); break;
            case (byte)'h': Recall(Number(1)); break;
            case (byte)'j': Recall(Number(4)); break;
            case 0x8c: Text(1); break;
            case (byte)'X': Text(4); break;
            case 0x8d: Text(8); break;
            case (byte)'C' or (byte)'U': _stack.Push(Take(Length(1)).ToArray()); break; // U, T: Python 2's str
            case (byte)'B' or (byte)'T': _stack.Push(Take(Length(4)).ToArray()); break;
            case 0x8e: _stack.Push(Take(Length(8)).ToArray()); break;
            case (byte)'K': _stack.Push(Number(1)); break;
            case (byte)'M': _stack.Push(Number(2)); break;
            case (byte)'J': _stack.Push((long)(int)Number(4)); break;
            case 0x8a: _stack.Push(Long(Take(Length(1)))); break;
            case (byte)'c': Global($"{Line()}.{Line()}"); break;
            case 0x93: // STACK_GLOBAL
                var member = Pop() as string;
                Global($"{Pop() as string}.{member}");
                break;
            case (byte)'R': Call(); break;
            default: throw Bad($"it uses {PickleOpcodes.NameOf(code)}");
        }
    }

    private void Global(string what) => _stack.Push(what is Encode or Bytes ? new Callable(what) : throw Bad($"it asks for {Short(what)}"));

    private void Call()
    {
        var arguments = Pop() as object[];
        byte[] bytes = (Pop() as Callable, arguments) switch
        {
            ({ Name: Bytes }, []) => [],
            ({ Name: Encode }, [string text, "latin1"]) when !text.AsSpan().ContainsAnyExceptInRange('\0', (char)byte.MaxValue) => Encoding.Latin1.GetBytes(text),
            _ => throw Bad("it calls something in a way that bytes are not written"),
        };
        if ((_encoded += bytes.Length) > _pickle.Length) throw Bad("it repeats its bytes");
        _stack.Push(bytes);
    }

    // Values and keys as they come off the stack: last value first.
    private void Set(List<object> pairs)
    {
        if (pairs.Count % 2 != 0 || Top() is not Dictionary<string, object> fields) throw Bad("its dict is damaged");
        for (var i = 0; i < pairs.Count; i += 2) fields[Key(pairs[i + 1])] = pairs[i];
    }

    private readonly string Key(object key) => key switch
    {
        string text => text,
        byte[] bytes => Encoding.Latin1.GetString(bytes), // Python 2
        _ => throw Bad("a key of its dict is no text"),
    };

    private readonly List<object> PopToMark()
    {
        var values = new List<object>();
        for (var value = Pop(); value != Mark; value = Pop()) values.Add(value);
        return values;
    }

    private void Text(int width)
    {
        try
        {
            _stack.Push(Utf8.GetString(Take(Length(width))));
        }
        catch (ArgumentException)
        {
            throw Bad("a text in it is no UTF-8");
        }
    }

    private readonly long Long(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 8) throw Bad($"an int in it has {bytes.Length} bytes where at most 8 are read");
        long value = bytes.Length > 0 && bytes[^1] >= 0x80 ? -1 : 0;
        for (var i = bytes.Length - 1; i >= 0; i--) value = (value << 8) | bytes[i];
        return value;
    }

    private string Line()
    {
        var end = _pickle[_at..].IndexOf((byte)'\n');
        if (end is < 0 or > 200) throw Bad("a name in it does not end");
        var line = Encoding.Latin1.GetString(Take(end));
        _at++;
        return line;
    }

    private readonly void Recall(long at) => _stack.Push(_memo.TryGetValue(at, out var value) ? value : throw Bad("it refers to a value that it has not given"));

    private readonly object Pop() => _stack.TryPop(out var value) ? value : throw Bad("it takes more values than it gives");

    private readonly object Top() => _stack.TryPeek(out var value) ? value : throw Bad("it takes more values than it gives");

    private byte Byte() => Take(1)[0];

    private long Number(int width)
    {
        var bytes = Take(width);
        return width switch { 1 => bytes[0], 2 => BinaryPrimitives.ReadUInt16LittleEndian(bytes), _ => BinaryPrimitives.ReadUInt32LittleEndian(bytes) };
    }

    // A length that what follows must have.
    private int Length(int width)
    {
        var length = width == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(Take(8)) : (ulong)Number(width);
        return length <= (ulong)(_pickle.Length - _at) ? (int)length : throw Bad($"it claims {length} bytes where {_pickle.Length - _at} are left");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _pickle.Length - _at) throw Bad("it ends too early");
        _at += count;
        return _pickle.Slice(_at - count, count);
    }

    private readonly InvalidImageException Bad(string fault) => Bad(name, fault);

    private sealed record Callable(string Name);
}
