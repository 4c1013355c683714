using VFMTok.Generation;
using VFMTok.Imaging;
using VFMTok.ML;
using VFMTok.Tokenizer;

namespace VFMTok.Cli;

/// <summary>Images that a generator draws: image i is that of row i of a pipeline whose rows have the same classes and whose options the same seed.</summary>
/// <param name="model">Name of the model.</param>
/// <param name="generator">Writes the tokens.</param>
/// <param name="tokenizer">Decodes them.</param>
/// <param name="labels">Class of each image.</param>
/// <param name="seed">Seed of the run.</param>
/// <param name="sampling">How tokens are drawn.</param>
/// <param name="side">Side of the images, pixels; another one than the tokenizer's is reached with Pillow's bicubic filter.</param>
internal sealed class DrawnImages(string model, VfmGeneratorModel generator, VfmTokenizerModel tokenizer, int[] labels, int seed, SamplingOptions sampling, int side) : ImageSource
{
    private const int Batch = 16;

    public override string Name => model;

    public override long Count => labels.Length;

    public override (int Width, int Height) Size => (side, side);

    /// <summary>How drawn images are brought to their size, in the words of a protocol; null = they have it.</summary>
    public string? Resize => side == tokenizer.Config.ImageSize ? null : $"samples: Pillow bicubic to {side}";

    public override IEnumerable<EvaluatedImage> Read(CancellationToken cancellation)
    {
        var length = generator.Config.TokenCount;
        for (var first = 0; first < labels.Length; first += Batch)
        {
            var classes = labels[first..Math.Min(first + Batch, labels.Length)];
            var tokens = new int[classes.Length * length];
            generator.Generate(classes, [.. Enumerable.Range(first, classes.Length).Select(i => VfmPictureSeeds.Of(seed, i))], sampling, tokens, cancellation);
            for (var i = 0; i < classes.Length; i++)
            {
                var image = TokenizeCommand.Decode(tokenizer, tokens.AsSpan(i * length, length), sampling.Precision);
                yield return new EvaluatedImage($"image {first + i}", image.Width == side ? image : PillowResampling.Resize(image, side, side, ResamplingFilter.Bicubic), generator.ClassNames[classes[i]]);
            }
        }
    }
}
