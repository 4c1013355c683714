namespace VFMTok.Evaluation;

/// <summary>Inception score (arXiv 1606.03498; spec 10.4): e to the mean divergence of each image's class probabilities from those of its split. High for images that are clear one by one and varied together.</summary>
/// <remarks>Any number of images in the memory of one row of sums per split.</remarks>
/// <param name="splitSize">Images of a split, in the order in which they come; the reference's is 5000. The last split may be shorter.</param>
public sealed class InceptionScore(int splitSize = InceptionScore.ReferenceSplitSize)
{
    /// <summary>Images of a split in the reference.</summary>
    public const int ReferenceSplitSize = 5000;

    private readonly int _splitSize = splitSize > 0 ? splitSize : throw new ArgumentOutOfRangeException(nameof(splitSize), splitSize, $"Splits of {splitSize} images are out of range; allowed are 1 and more.");
    private readonly List<double> _finished = [];
    private double[] _sums = [];
    private double _negentropies; // of the images of this split
    private int _images;          // of this split

    /// <summary>The score of each split; e^0 = 1 to the number of classes.</summary>
    public IReadOnlyList<double> Splits => _images == 0 ? _finished : [.. _finished, OfSplit()];

    /// <summary>Mean over the splits.</summary>
    /// <exception cref="InvalidOperationException">There are no images.</exception>
    public double Value => Splits is { Count: > 0 } splits ? splits.Average() : throw new InvalidOperationException("An inception score needs images and there are none; add some.");

    /// <summary>Takes the scores of images.</summary>
    /// <param name="logits">One image after the other, a number for each class; their softmax are the probabilities.</param>
    /// <param name="classes">Numbers per image, 2 and more; the same in every call.</param>
    /// <exception cref="ArgumentException">The logits are no whole rows, or the number of classes has changed.</exception>
    public void Add(ReadOnlySpan<float> logits, int classes)
    {
        if (classes < 2 || logits.Length % classes != 0) throw new ArgumentException($"'{nameof(logits)}' has {logits.Length} numbers, which are no whole rows of {classes} classes (2 at least).", nameof(logits));
        if (_sums.Length == 0) _sums = new double[classes];
        if (_sums.Length != classes) throw new ArgumentException($"Images had {_sums.Length} classes before and have {classes} now; use one network for all.", nameof(classes));
        for (; !logits.IsEmpty; logits = logits[classes..]) AddImage(logits[..classes]);
    }

    private void AddImage(ReadOnlySpan<float> logits)
    {
        double largest = float.NegativeInfinity, total = 0;
        foreach (var logit in logits) largest = Math.Max(largest, logit);
        foreach (var logit in logits) total += Math.Exp(logit - largest);
        var shift = largest + Math.Log(total);
        for (var c = 0; c < logits.Length; c++)
        {
            var log = logits[c] - shift;
            var probability = Math.Exp(log);
            _sums[c] += probability;
            if (probability > 0) _negentropies += probability * log;
        }
        if (++_images < _splitSize) return;
        _finished.Add(OfSplit());
        Array.Clear(_sums);
        (_negentropies, _images) = (0, 0);
    }

    private double OfSplit()
    {
        var divergence = _negentropies / _images;
        foreach (var sum in _sums)
            if (sum > 0) divergence -= sum / _images * Math.Log(sum / _images);
        return Math.Exp(Math.Max(0, divergence)); // rounding may leave it below 0, where all images are alike
    }
}
