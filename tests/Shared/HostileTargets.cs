using VFMTok.Checkpoints;
using VFMTok.Generation;
using VFMTok.Imaging;
using VFMTok.Numpy;

namespace VFMTok.Tests.Shared;

/// <summary>What reads files of strangers. Each target reads all of the bytes that it is given; it succeeds, or throws an exception of the library's own.</summary>
internal static class HostileTargets
{
    /// <summary>The readers, by name.</summary>
    public static IReadOnlyDictionary<string, Action<byte[]>> All { get; } = new Dictionary<string, Action<byte[]>>
    {
        ["safetensors"] = Safetensors, ["checkpoint"] = Checkpoint, ["image"] = Image, ["configuration"] = Configuration, ["numpy"] = Numpy,
    };

    /// <summary>Whether an exception is one that users are promised, in one sentence.</summary>
    public static bool IsPromised(Exception error) =>
        error is InvalidCheckpointException or InvalidImageException or InvalidNumpyFileException or InvalidDataException && error.Message.EndsWith('.') && !error.Message.Contains('\n');

    private static void Safetensors(byte[] bytes)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var file = new SafetensorsReader(new MemoryStream(bytes), "fuzz");
        foreach (var name in file.Names) file.Read(name).Dispose();
    }

    private static void Checkpoint(byte[] bytes)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var file = CheckpointFile.Open(new MemoryStream(bytes), "fuzz");
        var weights = file.Weights;
        foreach (var name in weights.Names) weights.Read(name).Dispose();
    }

    private static void Image(byte[] bytes)
    {
        // Sound pictures of many pixels are no fault; small limits keep the search fast.
        foreach (var options in new[] { ImageDecodingOptions.Default, ImageDecodingOptions.Reference }) ImageDecoder.Decode(bytes, "fuzz", options with { MaximumPixels = 1 << 20 });
    }

    private static void Configuration(byte[] bytes) => VfmGeneratorModel.Load(new MemoryStream(bytes), "fuzz").Dispose();

    private static void Numpy(byte[] bytes)
    {
        const int most = 1 << 20; // sound archives that unpack to much are no fault
        if (bytes is not [(byte)'P', ..])
        {
            using var one = new NpyReader(new MemoryStream(bytes), new NpySource("fuzz"));
            one.ReadDoubles(most);
            return;
        }
        using var file = new NpzFile(new MemoryStream(bytes), "fuzz");
        var buffer = new byte[most];
        foreach (var name in file.Names)
        {
            using var reader = file.Get(name);
            if (reader.Header is { Type: NpyType.UInt8, Shape.Length: > 1 })
                for (var rows = reader.Rows(most); rows.Read(buffer) > 0;) { }
            else reader.ReadDoubles(most);
        }
    }
}
