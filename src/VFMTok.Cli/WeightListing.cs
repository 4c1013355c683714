using System.Security.Cryptography;
using VFMTok.Checkpoints;
using VFMTok.Pretrained;

namespace VFMTok.Cli;

/// <summary>Lists a file of weights: format, network, hash, and every tensor.</summary>
internal static class WeightListing
{
    /// <exception cref="InvalidCheckpointException">The file is damaged or hostile; the sentence says how.</exception>
    public static void Show(string path, bool json, ToolConsole console)
    {
        using var file = CheckpointFile.Open(path);
        var (place, network) = WeightsOf(file);
        var sha256 = Hash(path);
        var length = new FileInfo(path).Length;
        if (json)
        {
            console.Json(new
            {
                path, format = file.Format, bytes = length, sha256, network, weights = place, metadata = file.Metadata, globals = file.Globals,
                tensors = file.Tensors.Select(t => new { name = t.Path, type = t.Type.ToString(), shape = t.Shape, bytes = Bytes(t) }),
            });
            return;
        }
        console.Output.WriteLine($"format   {file.Format}, {Sizes.Of(length)}");
        console.Output.WriteLine($"sha256   {sha256}");
        console.Output.WriteLine($"network  {network}{(place.Length > 0 ? $", in '{place}'" : "")}");
        foreach (var (key, value) in file.Metadata) console.Output.WriteLine($"metadata {Line(key)}: {Line(value)}");
        if (file.Globals.Count > 0) console.Output.WriteLine($"names    {string.Join(", ", file.Globals)}");
        console.Output.WriteLine($"tensors  {file.Tensors.Count}, {file.Tensors.Sum(Count):n0} numbers, {Sizes.Of(file.Tensors.Sum(Bytes))}");
        foreach (var tensor in file.Tensors) console.Output.WriteLine($"{Line(tensor.Path)}\t{tensor.Type}\t({string.Join(", ", tensor.Shape)})\t{Sizes.Of(Bytes(tensor))}");
    }

    private static (string Place, string Network) WeightsOf(CheckpointFile file)
    {
        try
        {
            var weights = file.Weights;
            return (file.PlaceOfWeights, NetworkDescription.Of(weights, file.Metadata));
        }
        catch (InvalidCheckpointException)
        {
            return ("", "none: it holds no state dict");
        }
    }

    private static long Count(CheckpointTensor tensor) => tensor.Shape.Aggregate(1L, (product, d) => product * d);

    private static long Bytes(CheckpointTensor tensor) => Count(tensor) * ElementTypes.SizeOf(tensor.Type);

    private static string Hash(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    // Names come from the file: nothing in them may steer a terminal.
    private static string Line(string text) => string.Concat((text.Length <= 500 ? text : text[..500] + "...").Select(c => char.IsControl(c) ? '?' : c));
}
