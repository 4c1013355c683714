using TorchSharp;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Evaluation;

/// <summary>Gathers mean and covariance of any number of feature vectors in the memory of one covariance, in float64.</summary>
/// <remarks>
/// Rows are taken in blocks of <see cref="BlockRows"/>, whatever the sizes in which they come, and every block is joined to the sums before it by its own mean (Chan et al. 1983), so that large means cost no digits.
/// Two collections join the same way.
/// </remarks>
public sealed class FeatureMoments
{
    /// <summary>Rows of a block.</summary>
    public const int BlockRows = 1024;

    /// <summary>Longest feature vector: the covariance takes 8 GB.</summary>
    public const int MaximumWidth = 32768;

    private readonly float[] _waiting;
    private readonly double[] _mean, _scatter; // the scatter is the covariance times the number of rows
    private int _rows;                         // that wait
    private long _count;                       // of those in the sums

    /// <summary>Begins.</summary>
    /// <param name="width">Length F of a feature vector; 1 to 32768.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is out of range.</exception>
    public FeatureMoments(int width)
    {
        if (width is < 1 or > MaximumWidth) throw new ArgumentOutOfRangeException(nameof(width), width, $"Feature vectors of {width} numbers are out of range; allowed are 1 to {MaximumWidth}.");
        NativeBackend.EnsureLoaded();
        (Width, _waiting, _mean, _scatter) = (width, new float[BlockRows * width], new double[width], new double[(long)width * width]);
    }

    /// <summary>Length F of a feature vector.</summary>
    public int Width { get; }

    /// <summary>Rows taken so far.</summary>
    public long Count => _count + _rows;

    /// <summary>Takes feature vectors.</summary>
    /// <param name="features">One after the other, Width numbers each.</param>
    /// <exception cref="ArgumentException">They are no whole vectors.</exception>
    public void Add(ReadOnlySpan<float> features)
    {
        if (features.Length % Width != 0) throw new ArgumentException($"'{nameof(features)}' has {features.Length} numbers, which are no whole vectors of {Width}.", nameof(features));
        while (!features.IsEmpty)
        {
            var taken = Math.Min(features.Length, (BlockRows - _rows) * Width);
            features[..taken].CopyTo(_waiting.AsSpan(_rows * Width));
            features = features[taken..];
            _rows += taken / Width;
            if (_rows == BlockRows) TakeBlock();
        }
    }

    /// <summary>Joins another collection to this one, which then has the rows of both.</summary>
    /// <exception cref="ArgumentException">Its vectors have another length.</exception>
    public void Merge(FeatureMoments other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Width != Width) throw new ArgumentException($"Features of width {Width} and {other.Width} cannot be joined; use the same extractor for both.", nameof(other));
        TakeBlock();
        other.TakeBlock();
        Join(other._mean, other._scatter, other._count);
    }

    /// <summary>Mean and covariance of all rows so far.</summary>
    /// <exception cref="InvalidOperationException">There are fewer than two rows.</exception>
    public FeatureStatistics ToStatistics()
    {
        TakeBlock();
        if (_count < 2) throw new InvalidOperationException($"A covariance needs two images at least and there {(_count == 1 ? "is one" : "are none")}; give more images.");
        return new FeatureStatistics([.. _mean], Array.ConvertAll(_scatter, s => s / (_count - 1)), _count);
    }

    private void TakeBlock()
    {
        if (_rows == 0) return;
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var x = tensor(_waiting, BlockRows, Width).narrow(0, 0, _rows).to(ScalarType.Float64);            // [N, F]
        var mean = x.mean([0]);                                                                            // [F]
        var centred = x - mean;                                                                            // [N, F]
        Join(mean.data<double>().ToArray(), centred.t().mm(centred).data<double>().ToArray(), _rows);
        _rows = 0;
    }

    private void Join(double[] mean, double[] scatter, long count)
    {
        if (count == 0) return;
        var total = _count + count;
        var (share, weight) = (count / (double)total, _count * (count / (double)total));
        var difference = new double[Width];
        for (var i = 0; i < Width; i++) difference[i] = mean[i] - _mean[i];
        for (var i = 0; i < Width; i++)
        {
            _mean[i] += difference[i] * share;
            Span<double> own = _scatter.AsSpan(i * Width, Width), theirs = scatter.AsSpan(i * Width, Width);
            var pull = difference[i] * weight;
            for (var j = 0; j < own.Length; j++) own[j] += theirs[j] + pull * difference[j];
        }
        _count = total;
    }
}
