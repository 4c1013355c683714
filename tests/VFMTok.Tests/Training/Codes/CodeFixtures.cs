using VFMTok.Imaging;
using VFMTok.Runtime;
using VFMTok.Tokenizer;
using VFMTok.Training;

namespace VFMTok.Tests.Training.Codes;

/// <summary>Small tokenizers, pictures and folders of codes.</summary>
internal static class CodeFixtures
{
    private static readonly Lazy<VfmTokenizerModel> First = new(() => Make(1)), Second = new(() => Make(2));

    /// <summary>Lives as long as the process.</summary>
    public static VfmTokenizerModel Tokenizer => First.Value;

    public static VfmTokenizerModel OtherTokenizer => Second.Value;

    public static CodeEncodingOptions Options(CodeAugmentation augmentation = CodeAugmentation.Flip, int part = 1, int parts = 1) =>
        new() { Augmentation = augmentation, ShardSize = 4, BatchSize = 4, Part = part, Parts = parts };

    public static RgbImage Picture(int seed)
    {
        var pixels = new byte[80 * 70 * 3];
        var random = new Random(seed);
        random.NextBytes(pixels);
        for (var i = 0; i < pixels.Length / 2; i++) pixels[i] = (byte)(pixels[i] / 8 + 30 * (seed % 8)); // half noise, half shade
        return new RgbImage(80, 70, pixels);
    }

    public static LabelledImages Images(int count, int seed = 0) =>
        LabelledImages.FromMemory([.. Enumerable.Range(0, count).Select(i => Picture(seed + i))], [.. Enumerable.Range(0, count).Select(i => i % 3)], ["cat", "dog", "owl"]);

    public static int[] Read(ITokenizedImages images, int image, int variant = 0, int rank = 0)
    {
        var tokens = new int[images.TokenGrid * images.TokenGrid];
        images.Read(image, variant, rank, tokens);
        return tokens;
    }

    /// <summary>All data files of a folder: name and content.</summary>
    public static IReadOnlyDictionary<string, byte[]> Content(string folder) =>
        Directory.GetFiles(folder).Where(f => !f.EndsWith(".lock", StringComparison.Ordinal)).ToDictionary(f => Path.GetFileName(f)!, File.ReadAllBytes);

    public static void RequireEqual(string expected, string actual)
    {
        var (a, b) = (Content(expected), Content(actual));
        Assert.Equal(a.Keys.Order(), b.Keys.Order());
        foreach (var (name, bytes) in a) Assert.True(bytes.AsSpan().SequenceEqual(b[name]), $"'{name}' differs");
    }

    private static VfmTokenizerModel Make(long seed) => new(SeededDraws.Run(seed, () => new VfmTokenizer(TokenizerConfig.Tiny)), ComputeDevice.Cpu);
}
