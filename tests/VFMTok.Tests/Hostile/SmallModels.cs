using VFMTok.Checkpoints;
using VFMTok.Generation;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Tests.Hostile;

/// <summary>A generator of a few kilobytes as a file, and the same with other metadata.</summary>
internal static class SmallModels
{
    private static readonly GeneratorConfig Config = GeneratorConfig.Tiny with { Depth = 1, Width = 16, Heads = 2, HiddenMultiple = 8, CodebookSize = 16, TokenGrid = 2, ClassCount = 2 };

    /// <summary>The file.</summary>
    public static byte[] Generator { get; } = Make();

    /// <summary>Its metadata.</summary>
    public static IReadOnlyDictionary<string, string> Metadata { get; } = Read(Generator).Metadata;

    /// <summary>The file with one text of its metadata changed, or taken away. Without its hash the file is believed: what is then wrong must be found otherwise.</summary>
    public static byte[] With(string key, Func<string, string?> change, bool keepHash = false)
    {
        var metadata = Metadata.Where(m => m.Key != "hash" || keepHash || key == "hash").ToDictionary();
        if (change(Metadata.GetValueOrDefault(key, "")) is { } text) metadata[key] = text;
        else metadata.Remove(key);
        using var scope = NewDisposeScope();
        using var reader = Read(Generator);
        using var copy = new MemoryStream();
        SafetensorsWriter.Write(copy, [.. reader.Names.Select(n => (n, reader.Read(n)))], metadata);
        return copy.ToArray();
    }

    /// <summary>The file with another configuration.</summary>
    public static byte[] Configured(string json) => With("configuration", _ => json);

    /// <summary>The file with a part of its configuration replaced.</summary>
    public static byte[] Configured(string from, string to) => With("configuration", json =>
    {
        Assert.Contains(from, json);
        return json.Replace(from, to, StringComparison.Ordinal);
    });

    private static SafetensorsReader Read(byte[] bytes) => new(new MemoryStream(bytes), "model");

    private static byte[] Make()
    {
        using var model = new VfmGeneratorModel(SeededDraws.Run(1, () => new AutoregressiveTransformer(Config)), ["cat", "dog"], new string('0', 32), ComputeDevice.Cpu);
        using var stream = new MemoryStream();
        model.Save(stream);
        return stream.ToArray();
    }
}
