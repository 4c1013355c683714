using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;
using VFMTok.Imaging;
using VFMTok.ML.Models;
using VFMTok.ML.Tests.Components;

namespace VFMTok.ML.Tests.VfmEvaluate;

/// <summary>Rows of images in memory.</summary>
internal static class Pictures
{
    public static RgbImage Rgb(int seed, int width = 64, int height = 64)
    {
        using var picture = TestModels.Picture(seed, width, height);
        return OpaqueImage.From(picture);
    }

    public static PairRow Pair(int original, int reconstruction) => new() { Image = TestModels.Picture(original, 64, 64), Reconstruction = TestModels.Picture(reconstruction, 64, 64) };

    /// <summary>A context and the warnings that its evaluations log.</summary>
    public static (MLContext Context, List<string> Warnings) Logging()
    {
        var (ml, warnings) = (new MLContext(seed: 1), new List<string>());
        ml.Log += (_, e) => { if (e.Kind == ChannelMessageKind.Warning && e.Source == "VfmEvaluate") warnings.Add(e.RawMessage); };
        return (ml, warnings);
    }
}

public sealed class PairRow
{
    [ImageType(64, 64)]
    public MLImage Image { get; set; } = null!;

    [ImageType(64, 64)]
    public MLImage Reconstruction { get; set; } = null!;

    public string Path { get; set; } = "";

    [VectorType(4), KeyType(8)]
    public uint[] Tokens { get; set; } = [0, 0, 0, 0];

    [VectorType(4)]
    public uint[] Integers { get; set; } = [0, 0, 0, 0];

    public float Number { get; set; }
}
