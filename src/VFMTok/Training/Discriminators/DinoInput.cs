using TorchSharp;
using VFMTok.Foundation;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Training.Discriminators;

/// <summary>Brings images in [-1, 1] to what the frozen DINO model sees (spec 8.5): ImageNet normalisation, then the whole picture or a piece of it.</summary>
internal static class DinoInput
{
    private const double CropRate = 0.5;

    /// <summary>Normalises, then resizes; pictures larger than the result are cropped instead half of the time, all of a batch at the same place.</summary>
    /// <param name="images">[B, 3, H, W] in [-1, 1].</param>
    /// <param name="size">Side of the result, pixels.</param>
    /// <returns>[B, 3, size, size]</returns>
    /// <remarks>What it draws comes from <see cref="SeededDraws"/>. In evaluation mode it draws as well, as in the reference.</remarks>
    public static Tensor Draw(Tensor images, int size)
    {
        var (rows, columns) = (images.shape[2] - size, images.shape[3] - size); // too many
        images = Normalise(images);
        if (rows <= 0 || columns <= 0) return Resize(images, size);
        var draws = SeededDraws.Uniform(CPU, 3).data<float>().ToArray();
        return draws[0] < CropRate ? Crop(images, size, (long)(draws[1] * (rows + 1.0)), (long)(draws[2] * (columns + 1.0))) : Resize(images, size);
    }

    /// <summary>[-1, 1] to [0, 1], then minus the ImageNet mean, over its deviation.</summary>
    /// <param name="images">[B, 3, H, W]</param>
    internal static Tensor Normalise(Tensor images)
    {
        var scale = FoundationInput.Deviation.Select(d => 0.5f / d).ToArray();
        var shift = FoundationInput.Mean.Zip(FoundationInput.Deviation, (m, d) => (0.5f - m) / d).ToArray();
        return (images * tensor(scale, [1, 3, 1, 1], device: images.device)).Plus(tensor(shift, [1, 3, 1, 1], device: images.device));
    }

    /// <summary>Means over areas for tall pictures, else plain bicubic.</summary>
    /// <param name="images">[B, C, H, W]</param>
    /// <param name="size">Side of the result, pixels.</param>
    /// <returns>[B, C, size, size]</returns>
    internal static Tensor Resize(Tensor images, int size)
    {
        int height = (int)images.shape[2], width = (int)images.shape[3];
        if (height == size && width == size) return images;
        double[,] Axis(int input) => height > size ? Area(input, size) : Resampling.Bicubic(input, size, input / (double)size);
        return Resampling.Images(images, Axis(height), Axis(width));
    }

    /// <summary>A square piece.</summary>
    internal static Tensor Crop(Tensor images, int size, long top, long left) => images.narrow(2, top, size).narrow(3, left, size); // [B, C, size, size]

    // One axis of torch's adaptive mean: the target sample i is the mean of the source samples that its interval touches, so neighbours may share one.
    private static double[,] Area(int input, int output)
    {
        var matrix = new double[output, input];
        for (var i = 0; i < output; i++)
        {
            var (first, end) = ((long)i * input / output, ((i + 1L) * input + output - 1) / output);
            for (var j = first; j < end; j++) matrix[i, j] = 1.0 / (end - first);
        }
        return matrix;
    }
}
