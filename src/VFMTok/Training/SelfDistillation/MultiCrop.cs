using VFMTok.Imaging;

namespace VFMTok.Training;

/// <summary>Draws the views of images: random resized crop, flip, colour changes, blur.</summary>
internal sealed class MultiCrop(MultiCropOptions options, int globalSize)
{
    private const double MaximumAspect = 4 / 3.0, MaximumSigma = 1.2;

    /// <summary>Bytes of the large and of the small views of a batch.</summary>
    /// <param name="images">The batch.</param>
    /// <param name="seeds">One per image; its views depend on nothing else.</param>
    /// <returns>[2, B] and [LocalCrops, B] images of RGB bytes: view by view, image by image.</returns>
    public (byte[] Global, byte[] Local) Draw(IReadOnlyList<RgbImage> images, IReadOnlyList<int> seeds)
    {
        int large = globalSize * globalSize * 3, small = options.LocalSize * options.LocalSize * 3;
        var global = new byte[2 * images.Count * large];
        var local = new byte[options.LocalCrops * images.Count * small];
        Parallel.For(0, images.Count, i =>
        {
            var random = new Random(seeds[i]);
            for (var v = 0; v < 2; v++) View(images[i], globalSize, options.GlobalScale, 1, random).CopyTo(global, (v * images.Count + i) * large);
            for (var v = 0; v < options.LocalCrops; v++)
                View(images[i], options.LocalSize, options.LocalScale, options.GlobalScale, random).CopyTo(local, (v * images.Count + i) * small);
        });
        return (global, local);
    }

    private byte[] View(RgbImage image, int size, double least, double most, Random random)
    {
        var view = Crop(image, size, least, most, random);
        if (random.NextDouble() < options.Flip) view = Crops.FlipHorizontal(view);
        var colors = Colors(view, random);
        var blurred = random.NextDouble() < options.Blur;
        var sigma = Between(random, 0.1, MaximumSigma) * size / globalSize;
        if (blurred) view = GaussianBlur.Apply(view, sigma);
        colors?.Apply(view.Pixels);
        return view.Pixels;
    }

    // A rectangle of random area and aspect, brought to the size.
    private static RgbImage Crop(RgbImage image, int size, double least, double most, Random random)
    {
        var area = Between(random, least, most) * image.Width * image.Height;
        var aspect = Math.Exp(Between(random, -Math.Log(MaximumAspect), Math.Log(MaximumAspect)));
        var width = Math.Clamp((int)Math.Round(Math.Sqrt(area * aspect)), 1, image.Width);
        var height = Math.Clamp((int)Math.Round(Math.Sqrt(area / aspect)), 1, image.Height);
        var (left, top) = (random.Next(image.Width - width + 1), random.Next(image.Height - height + 1));
        var cut = new byte[width * height * 3];
        for (var y = 0; y < height; y++) image.Pixels.AsSpan(((top + y) * image.Width + left) * 3, width * 3).CopyTo(cut.AsSpan(y * width * 3));
        return PillowResampling.Resize(new RgbImage(width, height, cut), size, size, ResamplingFilter.Bicubic);
    }

    // All numbers are drawn whether they are used or not, so one option does not shift the others' draws.
    private ColorTransform? Colors(RgbImage view, Random random)
    {
        var strength = options.JitterStrength;
        var (jitter, gray, invert) = (random.NextDouble() < options.Jitter, random.NextDouble() < options.Grayscale, random.NextDouble() < options.Invert);
        var (brightness, contrast, saturation) = (Between(random, 1 - strength, 1 + strength), Between(random, 1 - strength, 1 + strength), Between(random, 1 - strength, 1 + strength));
        var turn = Between(random, -options.HueTurn, options.HueTurn);
        if (!jitter && !gray && !invert) return null;
        var colors = ColorTransform.Identity;
        if (jitter)
            colors = colors.Then(ColorTransform.Hue(turn)).Then(ColorTransform.Saturation(saturation)).Then(ColorTransform.Contrast(contrast, ColorTransform.MeanLuma(view.Pixels)))
                .Then(ColorTransform.Brightness(brightness));
        if (invert) colors = colors.Then(ColorTransform.Invert);
        return gray ? colors.Then(ColorTransform.Saturation(0)) : colors;
    }

    private static double Between(Random random, double low, double high) => low + random.NextDouble() * (high - low);
}
