using System.Text.Json;

namespace VFMTok.Checkpoints;

/// <summary>What the JSON of a safetensors header says of one tensor.</summary>
/// <param name="Type">Name of the element type.</param>
/// <param name="Shape">Dimensions.</param>
/// <param name="Start">First byte, counted from the end of the header.</param>
/// <param name="End">The byte after the last one.</param>
internal sealed record SafetensorsStatement(string Type, long[] Shape, long Start, long End);

/// <summary>Reads the JSON of a safetensors header token by token: nothing but its statements is held, and nothing is passed over.</summary>
/// <remarks>Each tensor has <c>dtype</c>, <c>shape</c> and <c>data_offsets</c>, each once and nothing else; metadata are texts; no name comes twice.</remarks>
/// <param name="json">The header.</param>
/// <param name="bad">Makes the error of a fault.</param>
internal ref struct SafetensorsJson(ReadOnlySpan<byte> json, Func<string, InvalidCheckpointException> bad)
{
    private const int MostTensors = 200_000, MostDimensions = 16, LongestName = 1024, Deepest = 8;

    private Utf8JsonReader _reader = new(json, new JsonReaderOptions { MaxDepth = Deepest });

    /// <summary>Reads the header.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="InvalidOperationException">A text in it is no Unicode.</exception>
    /// <exception cref="InvalidCheckpointException">It says something else than a header may.</exception>
    public (Dictionary<string, SafetensorsStatement> Tensors, Dictionary<string, string> Metadata) Read()
    {
        var tensors = new Dictionary<string, SafetensorsStatement>();
        Dictionary<string, string>? metadata = null;
        Begin(JsonTokenType.StartObject, "it");
        while (NextName() is { } name)
        {
            if (name == SafetensorsHeader.MetadataKey ? metadata is not null : tensors.ContainsKey(name)) throw bad($"it lists '{Short(name)}' twice");
            if (name == SafetensorsHeader.MetadataKey)
            {
                metadata = ReadMetadata();
                continue;
            }
            if (name.Length is 0 or > LongestName || name.Any(char.IsControl)) throw bad($"'{Short(name)}' is no name of a tensor: allowed are 1 to {LongestName} characters without control characters");
            if (tensors.Count == MostTensors) throw bad($"it lists more than {MostTensors} tensors");
            tensors.Add(name, ReadTensor(name));
        }
        _reader.Read(); // throws where anything but white space follows
        return (tensors, metadata ?? []);
    }

    private Dictionary<string, string> ReadMetadata()
    {
        var texts = new Dictionary<string, string>();
        Begin(JsonTokenType.StartObject, "its metadata");
        while (NextName() is { } key)
        {
            _reader.Read();
            if (_reader.TokenType != JsonTokenType.String) throw bad($"'{Short(key)}' of its metadata is no text");
            if (!texts.TryAdd(key, _reader.GetString()!)) throw bad($"it lists '{Short(key)}' of its metadata twice");
        }
        return texts;
    }

    private SafetensorsStatement ReadTensor(string name)
    {
        string? type = null;
        long[]? shape = null, offsets = null;
        Begin(JsonTokenType.StartObject, $"'{Short(name)}'");
        while (NextName() is { } field)
        {
            if ((field switch { "dtype" => type, "shape" => shape, "data_offsets" => (object?)offsets, _ => null }) is not null) throw bad($"'{Short(name)}' states its {field} twice");
            switch (field)
            {
                case "dtype": type = ReadText(name); break;
                case "shape": shape = ReadIntegers(name, field, MostDimensions); break;
                case "data_offsets": offsets = ReadIntegers(name, field, 2); break;
                default: throw bad($"'{Short(name)}' has the unknown field '{Short(field)}'");
            }
        }
        if (type is null || shape is null || offsets is not [var start, var end]) throw bad($"'{Short(name)}' lacks its dtype, its shape or one of its two data_offsets");
        return new SafetensorsStatement(type, shape, start, end);
    }

    private string ReadText(string name)
    {
        _reader.Read();
        return _reader.TokenType == JsonTokenType.String ? _reader.GetString()! : throw bad($"the dtype of '{Short(name)}' is no text");
    }

    private long[] ReadIntegers(string name, string field, int most)
    {
        var values = new List<long>();
        Begin(JsonTokenType.StartArray, $"the {field} of '{Short(name)}'");
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            if (_reader.TokenType != JsonTokenType.Number || !_reader.TryGetInt64(out var value)) throw bad($"the {field} of '{Short(name)}' holds something else than whole numbers of 64 bits");
            if (values.Count == most) throw bad($"the {field} of '{Short(name)}' has more than {most} numbers");
            values.Add(value);
        }
        return [.. values];
    }

    private void Begin(JsonTokenType type, string what)
    {
        _reader.Read();
        if (_reader.TokenType != type) throw bad($"{what} is no {(type == JsonTokenType.StartObject ? "object" : "array")}");
    }

    // Null at the end of the object.
    private string? NextName()
    {
        _reader.Read();
        return _reader.TokenType == JsonTokenType.EndObject ? null : _reader.GetString();
    }

    private static string Short(string text) => Pickle.PickleRules.Short(text);
}
