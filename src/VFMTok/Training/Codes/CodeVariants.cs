using VFMTok.Imaging;

namespace VFMTok.Training;

/// <summary>The crops that an augmentation asks for (spec 10.1).</summary>
internal static class CodeVariants
{
    private const double Wide = 1.1, Narrow = 1.05;
    private const int Middle = 4; // among ten crops

    /// <summary>Variants of each image.</summary>
    public static int Count(CodeAugmentation augmentation) => augmentation switch
    {
        CodeAugmentation.None => 1,
        CodeAugmentation.Flip => 2,
        CodeAugmentation.TenCrop => 10,
        CodeAugmentation.TenCrops => 20,
        _ => throw new ArgumentOutOfRangeException(nameof(augmentation), $"The augmentation is {augmentation}; allowed are {string.Join(", ", Enum.GetNames<CodeAugmentation>())}."),
    };

    /// <summary>Shorter side of the largest square that crops are cut from: what images may be shrunk to (<see cref="Crops.Shrink"/>).</summary>
    public static int Largest(CodeAugmentation augmentation, int size) => augmentation is CodeAugmentation.TenCrop or CodeAugmentation.TenCrops ? (int)(size * Wide) : size;

    /// <summary>The variants in order; the first one shows the middle of the image.</summary>
    /// <param name="image">Any size.</param>
    /// <param name="size">Side of the variants, pixels.</param>
    /// <param name="augmentation">Which.</param>
    public static IReadOnlyList<RgbImage> Of(RgbImage image, int size, CodeAugmentation augmentation)
    {
        if (augmentation == CodeAugmentation.TenCrop) return MiddleFirst(TenCrop.Of(image, size, Wide));
        if (augmentation == CodeAugmentation.TenCrops) return [.. MiddleFirst(TenCrop.Of(image, size, Wide)), .. MiddleFirst(TenCrop.Of(image, size, Narrow))];
        var middle = Crops.CenterCrop(image, size);
        return augmentation == CodeAugmentation.Flip ? [middle, Crops.FlipHorizontal(middle)] : [middle];
    }

    // Variant 0 is what held-out losses are measured on: a corner would be a poor picture of the image.
    private static IReadOnlyList<RgbImage> MiddleFirst(IReadOnlyList<RgbImage> ten) => [ten[Middle], .. ten.Where((_, i) => i != Middle)];
}
