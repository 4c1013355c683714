using TorchSharp;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Evaluation;

/// <summary>Brings bytes to what <see cref="InceptionV3"/> expects, as the first nodes of its TensorFlow graph do (spec 10.4): resize to 299 px, then (x - 128) / 128.</summary>
internal static class InceptionInput
{
    /// <summary>Side of the images that the network sees, pixels.</summary>
    public const int Size = 299;

    private const double Grey = 128;

    /// <summary>Resizes and normalises.</summary>
    /// <param name="images">[B, 3, H, W], bytes or floats in [0, 255].</param>
    /// <returns>[B, 3, 299, 299] float32 in [-1, 1)</returns>
    public static Tensor Prepare(Tensor images) => Resize(images, Size).Minus(Grey).Over(Grey);

    /// <summary>Bilinear as TensorFlow 1 did it: sample i lies at i * in / out, so pixels have their place at their corner and no smoothing precedes a reduction.</summary>
    /// <param name="images">[B, C, H, W]</param>
    /// <param name="size">Side of the result, pixels.</param>
    /// <returns>[B, C, size, size] float32</returns>
    public static Tensor Resize(Tensor images, int size) => ResizeAxis(ResizeAxis(images.to(ScalarType.Float32), 3, size), 2, size); // the rows first, as there: the rounding is the same

    private static Tensor ResizeAxis(Tensor images, int axis, int size)
    {
        var length = (int)images.shape[axis];
        var scale = length / (float)size;                                                                      // float32, as there
        var (low, high, share) = (new int[size], new int[size], new float[size]);
        for (var i = 0; i < size; i++)
        {
            var source = i * scale;
            low[i] = (int)source;
            high[i] = Math.Min(low[i] + 1, length - 1);
            share[i] = source - low[i];
        }
        var near = images.index_select(axis, Pixels.ToIndices(low, [size], images.device));                    // [B, C, H, W] with 'size' for one of the sides
        var far = images.index_select(axis, Pixels.ToIndices(high, [size], images.device));
        return near.PlusProduct(far - near, tensor(share, [size, .. Enumerable.Repeat(1L, 3 - axis)], device: images.device));
    }
}
