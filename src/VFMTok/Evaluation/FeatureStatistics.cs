namespace VFMTok.Evaluation;

/// <summary>Mean and covariance of the features of a set of images: all that <see cref="FrechetDistance"/> needs of it.</summary>
public sealed class FeatureStatistics
{
    /// <summary>Takes over the numbers.</summary>
    /// <param name="mean">F numbers.</param>
    /// <param name="covariance">F * F numbers, row after row; unbiased (over count - 1). Made symmetric, as rounding may have left it slightly less.</param>
    /// <param name="count">Images behind them; null = not known, as in files of other programs.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or a number is not finite.</exception>
    public FeatureStatistics(double[] mean, double[] covariance, long? count)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(covariance);
        var width = mean.Length;
        if (width == 0 || covariance.LongLength != (long)width * width)
            throw new ArgumentException($"A mean of {width} features needs a covariance of {width} x {width} numbers and was given {covariance.LongLength}; give statistics of one set of features.", nameof(covariance));
        if (!Array.TrueForAll(mean, double.IsFinite) || !Array.TrueForAll(covariance, double.IsFinite))
            throw new ArgumentException("Feature statistics hold numbers that are not finite; compute them anew from features without NaN or infinity.", nameof(mean));
        for (var i = 0; i < width; i++)
            for (var j = 0; j < i; j++)
            {
                ref double low = ref covariance[i * width + j], high = ref covariance[j * width + i];
                low = high = (low + high) / 2;
            }
        (Mean, Covariance, Count) = (mean, covariance, count);
    }

    /// <summary>Images behind the numbers; null = not known.</summary>
    public long? Count { get; }

    /// <summary>Length F of a feature vector.</summary>
    public int Width => Mean.Length;

    internal double[] Mean { get; }

    internal double[] Covariance { get; }
}
