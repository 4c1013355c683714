using VFMTok.Checkpoints;
using VFMTok.ML.Tests.Components;

namespace VFMTok.ML.Tests.Hostile;

/// <summary>Network files that are sound by themselves and do not belong where they lie.</summary>
internal static class Networks
{
    /// <summary>Another tokenizer of the same sizes.</summary>
    public static byte[] OtherTokenizer { get; } = Saved(withHash: true);

    /// <summary>The same without its hash: nothing in it tells that it is another one.</summary>
    public static byte[] Hashless { get; } = Saved(withHash: false);

    private static byte[] Saved(bool withHash)
    {
        using var model = TestModels.Tokenizer(seed: 77);
        using var stream = new MemoryStream();
        model.Save(stream);
        if (withHash) return stream.ToArray();
        stream.Position = 0;
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var reader = new SafetensorsReader(stream, "model", leaveOpen: true);
        using var copy = new MemoryStream();
        SafetensorsWriter.Write(copy, [.. reader.Names.Select(n => (n, reader.Read(n)))], reader.Metadata.Where(m => m.Key != "hash").ToDictionary());
        return copy.ToArray();
    }
}
