namespace VFMTok.Evaluation;

/// <summary>Keeps the feature vectors that come first, up to a limit, in memory that grows with them.</summary>
internal sealed class FeatureStore
{
    private const int FirstVectors = 256;

    private readonly int _width;
    private float[] _features = [];
    private int _length;

    /// <param name="width">Length F of a vector.</param>
    /// <param name="limit">Vectors that are kept.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative, or more than an array can hold.</exception>
    public FeatureStore(int width, int limit)
    {
        var most = Array.MaxLength / width;
        if (limit < 0 || limit > most) throw new ArgumentOutOfRangeException(nameof(limit), limit, $"Features of {limit} images cannot be kept for precision and recall; allowed are 0 (none) to {most} of {width} numbers each.");
        (_width, Limit) = (width, limit);
    }

    /// <summary>Vectors that are kept at most.</summary>
    public int Limit { get; }

    /// <summary>Those that are kept, one after the other.</summary>
    public ReadOnlyMemory<float> Features => _features.AsMemory(0, _length);

    /// <summary>Takes vectors; those beyond the limit are let go.</summary>
    public void Add(ReadOnlySpan<float> features)
    {
        var taken = (int)Math.Min(features.Length, (long)Limit * _width - _length);
        if (_length + taken > _features.Length)
            Array.Resize(ref _features, (int)Math.Min((long)Limit * _width, Math.Max(2L * _features.Length, Math.Max(_length + taken, (long)FirstVectors * _width))));
        features[..taken].CopyTo(_features.AsSpan(_length));
        _length += taken;
    }
}
