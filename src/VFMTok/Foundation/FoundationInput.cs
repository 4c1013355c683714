using TorchSharp;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Foundation;

/// <summary>Brings images in [-1, 1] to what a DINOv2 model expects (spec 3.1): resize, clamp, ImageNet normalisation.</summary>
internal static class FoundationInput
{
    internal static readonly float[] Mean = [0.485f, 0.456f, 0.406f];
    internal static readonly float[] Deviation = [0.229f, 0.224f, 0.225f];

    /// <summary>Resizes and normalises.</summary>
    /// <param name="images">[B, 3, H, W] in [-1, 1].</param>
    /// <param name="size">Side of the result, pixels.</param>
    /// <returns>[B, 3, size, size]</returns>
    public static Tensor Prepare(Tensor images, int size) => Normalise(Resize(images, size));

    /// <summary>[-1, 1] to [0, 1], then minus the ImageNet mean, over its deviation.</summary>
    /// <param name="images">[B, 3, H, W]</param>
    public static Tensor Normalise(Tensor images)
    {
        var mean = tensor(Mean, [1, 3, 1, 1], device: images.device);
        var deviation = tensor(Deviation, [1, 3, 1, 1], device: images.device);
        return (images.Clamped(-1, 1).Plus(1).Over(2) - mean) / deviation;     // clamp: a resize may overshoot
    }

    /// <summary>kornia's resize(bicubic, align_corners, antialias): a Gaussian first when an axis shrinks, then plain bicubic. Equal sizes pass unchanged.</summary>
    /// <param name="images">[B, C, H, W]</param>
    /// <param name="size">Side of the result, pixels.</param>
    /// <returns>[B, C, size, size]</returns>
    public static Tensor Resize(Tensor images, int size)
    {
        int height = (int)images.shape[2], width = (int)images.shape[3];
        if (height == size && width == size) return images;
        double fy = height / (double)size, fx = width / (double)size;
        if (Math.Max(fy, fx) > 1) images = Resampling.Images(images, Blur(height, fy), Blur(width, fx));
        return Resampling.Images(images, Resampling.BicubicAlignedCorners(height, size), Resampling.BicubicAlignedCorners(width, size));
    }

    // A Gaussian with reflected border as a matrix. Sigma and the odd kernel size follow kornia, also on an axis that does not shrink.
    private static double[,] Blur(int size, double factor)
    {
        var sigma = Math.Max((factor - 1) / 2, 0.001);
        var taps = (int)Math.Max(4 * sigma, 3);
        if (taps % 2 == 0) taps++;
        var weights = Enumerable.Range(0, taps).Select(i => Math.Exp(-Math.Pow(i - taps / 2, 2) / (2 * sigma * sigma))).ToArray();
        var sum = weights.Sum();
        var matrix = new double[size, size];
        for (var i = 0; i < size; i++)
            for (var k = 0; k < taps; k++)
                matrix[i, Reflect(i + k - taps / 2, size)] += weights[k] / sum;
        return matrix;
    }

    private static int Reflect(int i, int size)
    {
        if (size == 1) return 0;
        while (i < 0 || i >= size) i = i < 0 ? -i : 2 * (size - 1) - i;
        return i;
    }
}
