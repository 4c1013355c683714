using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace VFMTok.Pickle;

/// <summary>A closed machine for Python's pickles of protocols 2 to 5: it makes numbers, texts, bytes, lists, tuples and dicts, and what its rules know. It runs nothing that a pickle asks for.</summary>
/// <remarks>A loop over a stack, no recursion; lengths are checked against what is left, and the number of values is bounded. In .NET: None is null; bool; int is long, or <see cref="BigInteger"/>
/// beyond 64 bits; float is double; str is string; bytes are byte[]; a list is a List of objects, a tuple an array of objects, a dict an OrderedDictionary of objects.
/// Protocol 2 has no bytes: CPython writes them as <c>_codecs.encode(text, 'latin1')</c>, and empty ones as <c>bytes()</c>; these two calls are understood, not made.</remarks>
internal sealed class PickleMachine(ReadOnlyMemory<byte> pickle, PickleRules rules)
{
    private const int LongestInteger = 64; // bytes
    private const string Encode = "_codecs.encode";

    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);
    private static readonly object Mark = new();

    private readonly Stack<object?> _stack = new();
    private readonly Dictionary<long, object?> _memo = [];
    private int _values;  // made so far
    private long _encoded; // bytes made by calls; a sound pickle holds each of them once

    /// <summary>Bytes read so far: where the next pickle of a file starts.</summary>
    public int Position { get; private set; }

    /// <summary>Whether it ran out of bytes: a longer part of the file may be sound.</summary>
    public bool IsCutOff { get; private set; }

    /// <summary>Names that the pickle has asked for, all of them known.</summary>
    public SortedSet<string> Globals { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads one object.</summary>
    /// <exception cref="Exception">Of the rules' kind: it is truncated, damaged or holds anything else.</exception>
    public object? Read()
    {
        if (Byte() != 0x80 || Byte() is < 2 or > 5) throw rules.Bad("it does not start as one");
        for (var code = Byte(); code != '.'; code = Byte()) Run(code);
        var value = Pop();
        return _stack.Count == 0 ? value : throw rules.Bad("it holds more than one object");
    }

    private void Run(byte code)
    {
        switch (code)
        {
            case 0x95: _ = Length(8); break; // FRAME
            case (byte)'(': Push(Mark); break;
            case (byte)'0': Pop(); break;
            case (byte)'1': PopToMark(); break;
            case (byte)'N': Push(null); break;
            case 0x88: Push(true); break;
            case 0x89: Push(false); break;
            case (byte)'K': Push(Number(1)); break;
            case (byte)'M': Push(Number(2)); break;
            case (byte)'J': Push((long)(int)Number(4)); break;
            case 0x8a: Push(Integer(Length(1))); break;
            case 0x8b: Push(Integer(Length(4))); break;
            case (byte)'G': Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
            case 0x8c: Text(1); break;
            case (byte)'X': Text(4); break;
            case 0x8d: Text(8); break;
            case (byte)'C' or (byte)'U': Push(Take(Length(1)).ToArray()); break; // U, T: Python 2's str
            case (byte)'B' or (byte)'T': Push(Take(Length(4)).ToArray()); break;
            case 0x8e or 0x96: Push(Take(Length(8)).ToArray()); break;
            case (byte)']': Push(new List<object?>()); break;
            case (byte)'a': Append([Pop()]); break;
            case (byte)'e': Append(PopToMark()); break;
            case (byte)')': Push(Array.Empty<object?>()); break;
            case 0x85 or 0x86 or 0x87: Tuple(code - 0x84); break; // TUPLE1 to TUPLE3
            case (byte)'t': Push(PopToMark()); break;
            case (byte)'}': Push(PickleKeys.NewDict()); break;
            case (byte)'s': SetItem(); break;
            case (byte)'u': SetItems(PopToMark()); break;
            case 0x94: Remember(_memo.Count); break; // MEMOIZE
            case (byte)'q': Remember(Number(1)); break;
            case (byte)'r': Remember(Number(4)); break;
            case (byte)'h': Recall(Number(1)); break;
            case (byte)'j': Recall(Number(4)); break;
            case (byte)'c': Global($"{Line()}.{Line()}"); break;
            case (byte)'i': throw rules.Refusal($"{Line()}.{Line()}"); // INST: CPython has not written it since protocol 0
            case 0x93: // STACK_GLOBAL
                var member = Pop() as string;
                Global($"{Pop() as string}.{member}");
                break;
            case (byte)'R' or 0x81: Call(); break; // REDUCE, NEWOBJ
            case (byte)'b': Build(); break;
            case (byte)'Q': Push(rules.Persistent(Pop())); break; // BINPERSID
            default: throw rules.Bad($"it uses {PickleOpcodes.NameOf(code)}");
        }
    }

    // Names are checked as they are read, before anything is made of them.
    private void Global(string name)
    {
        if (!IsBytes(name) && name != Encode && !rules.Knows(name)) throw rules.Refusal(name);
        Globals.Add(name);
        Push(new PickleName(name));
    }

    private void Call()
    {
        if (Pop() is not object?[] arguments || Pop() is not PickleName { Text: var name }) throw rules.Bad("it calls what is no name, or with no arguments");
        if (IsBytes(name) || name == Encode) Push(Bytes(name, arguments));
        else Push(rules.Call(name, arguments));
    }

    private byte[] Bytes(string name, object?[] arguments)
    {
        byte[] bytes = (name == Encode, arguments) switch
        {
            (false, []) => [],
            (true, [string text, "latin1"]) when !text.AsSpan().ContainsAnyExceptInRange('\0', (char)byte.MaxValue) => Encoding.Latin1.GetBytes(text),
            _ => throw rules.Bad("it calls something in a way that bytes are not written"),
        };
        return (_encoded += bytes.Length) <= pickle.Length ? bytes : throw rules.Bad("it repeats its bytes");
    }

    private void Build()
    {
        var state = Pop();
        rules.Build(Top(), state);
    }

    private void Append(object?[] values)
    {
        if (Top() is not List<object?> list) throw rules.Bad("its list is damaged");
        list.AddRange(values);
    }

    private void Tuple(int count)
    {
        var values = new object?[count];
        for (var i = count - 1; i >= 0; i--) values[i] = Pop();
        Push(values);
    }

    private void SetItem()
    {
        var value = Pop();
        SetItems([Pop(), value]);
    }

    private void SetItems(object?[] pairs)
    {
        if (pairs.Length % 2 != 0 || Top() is not OrderedDictionary<object, object?> fields) throw rules.Bad("its dict is damaged");
        for (var i = 0; i < pairs.Length; i += 2) fields[Key(pairs[i])] = pairs[i + 1];
    }

    private object Key(object? key) => key switch
    {
        string or long or BigInteger or double or bool => key,
        byte[] bytes => Encoding.Latin1.GetString(bytes), // Python 2
        _ => throw rules.Bad("a key of its dict is neither text nor number"),
    };

    private object?[] PopToMark()
    {
        var values = new List<object?>();
        for (var value = Take(); value != Mark; value = Take()) values.Add(value);
        values.Reverse();
        return [.. values];
    }

    private void Text(int width)
    {
        try
        {
            Push(Utf8.GetString(Take(Length(width))));
        }
        catch (ArgumentException)
        {
            throw rules.Bad("a text in it is no UTF-8");
        }
    }

    private object Integer(int length)
    {
        if (length > LongestInteger) throw rules.Bad($"an int in it has {length} bytes where at most {LongestInteger} are read");
        var value = new BigInteger(Take(length));
        return value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value;
    }

    private string Line()
    {
        var end = pickle.Span[Position..].IndexOf((byte)'\n');
        IsCutOff = end < 0;
        if (end is < 0 or > 200) throw rules.Bad("a name in it does not end");
        var line = Encoding.Latin1.GetString(Take(end));
        Position++;
        return line;
    }

    private void Remember(long at)
    {
        Count();
        _memo[at] = Top();
    }

    private void Recall(long at) => Push(_memo.TryGetValue(at, out var value) ? value : throw rules.Bad("it refers to a value that it has not given"));

    private void Push(object? value)
    {
        Count();
        _stack.Push(value);
    }

    private void Count()
    {
        if (++_values > rules.MostValues) throw rules.Bad($"it holds more than {rules.MostValues} values");
    }

    private object? Take() => _stack.TryPop(out var value) ? value : throw rules.Bad("it takes more values than it gives");

    private object? Pop() => Take() is var value && value != Mark ? value : throw rules.Bad("it takes more values than it gives");

    private object? Top() => _stack.TryPeek(out var value) && value != Mark ? value : throw rules.Bad("it takes more values than it gives");

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
        var left = pickle.Length - Position;
        if (length <= (ulong)left) return (int)length;
        IsCutOff = true;
        throw rules.Bad($"it claims {length} bytes where {left} are left");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        IsCutOff = count > pickle.Length - Position;
        if (IsCutOff) throw rules.Bad("it ends too early");
        Position += count;
        return pickle.Span.Slice(Position - count, count);
    }

    private static bool IsBytes(string name) => name is "__builtin__.bytes" or "builtins.bytes";
}

/// <summary>A function or class that a pickle names.</summary>
/// <param name="Text">Module and name, such as <c>collections.OrderedDict</c>.</param>
internal sealed record PickleName(string Text);
