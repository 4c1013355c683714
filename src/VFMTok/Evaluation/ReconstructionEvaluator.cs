using VFMTok.Imaging;

namespace VFMTok.Evaluation;

/// <summary>Judges a tokenizer by its reconstructions, pair by pair in fixed memory (spec 10.2): PSNR, SSIM, on demand LPIPS, use of the codebook, and the Frechet distance of the reconstructions from the originals themselves.</summary>
/// <remarks>
/// Images go through networks in groups of fixed size, so figures do not depend on how pairs are handed over. All pairs have one size after <see cref="ReconstructionEvaluatorOptions.ResizeTo"/>, if features or
/// LPIPS are measured. Not for several threads at a time.
/// </remarks>
public sealed class ReconstructionEvaluator
{
    private readonly PerceptualDistance? _perceptual;
    private readonly CodebookStatistics? _codes;
    private readonly ImageSetStatistics? _originals, _reconstructions;
    private readonly List<(RgbImage Original, RgbImage Reconstruction)>? _pairs; // that wait for LPIPS
    private readonly int _side;
    private double _psnr, _ssim, _referenceSsim, _distance; // sums
    private long _count, _equal;
    private (int Width, int Height) _size; // of all images, if a network sees them

    /// <summary>Begins.</summary>
    /// <param name="options">What to measure; default PSNR and SSIM alone.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public ReconstructionEvaluator(ReconstructionEvaluatorOptions? options = null)
    {
        options ??= new();
        options.Validate();
        (_perceptual, _side) = (options.PerceptualDistance, options.ResizeTo);
        if (_perceptual is not null) _pairs = [];
        if (options.CodebookSize > 0) _codes = new CodebookStatistics(options.CodebookSize);
        if (options.Extractor is { } extractor) (_originals, _reconstructions) = (new(extractor, neighbourhoodLimit: 0), new(extractor, neighbourhoodLimit: 0));
    }

    /// <summary>Pairs taken so far.</summary>
    public long Count => _count;

    /// <summary>How often each code was seen; null without a <see cref="ReconstructionEvaluatorOptions.CodebookSize"/>.</summary>
    public CodebookStatistics? Codebook => _codes;

    /// <summary><see cref="ImageSetStatistics.ContentHash"/> of the originals as they were measured; null without a <see cref="ReconstructionEvaluatorOptions.Extractor"/>.</summary>
    public string? OriginalsHash => _originals?.ContentHash;

    /// <summary>Takes a pair.</summary>
    /// <param name="original">What the tokenizer was given.</param>
    /// <param name="reconstruction">What it made of it; of the same size.</param>
    /// <param name="tokens">The codes between them; none = they do not count. Ignored without a <see cref="ReconstructionEvaluatorOptions.CodebookSize"/>.</param>
    /// <exception cref="ArgumentException">The sizes differ, between the two or from those before; or images are too small for a measure; or a token is out of range. Nothing of the pair counts.</exception>
    /// <returns>The pair's PSNR, decibels; positive infinity if the images are equal.</returns>
    public double Add(RgbImage original, RgbImage reconstruction, ReadOnlySpan<int> tokens = default)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(reconstruction);
        ReconstructionMetrics.RequireSameSize(original, reconstruction);
        (original, reconstruction) = (Resized(original), Resized(reconstruction));
        Require(original, tokens);
        var psnr = ReconstructionMetrics.Psnr(original, reconstruction);
        var (ssim, referenceSsim) = (ReconstructionMetrics.Ssim(original, reconstruction), ReconstructionMetrics.ReferenceSsim(original, reconstruction));
        _codes?.Add(tokens);
        _originals?.Add(original);
        _reconstructions?.Add(reconstruction);
        _pairs?.Add((original, reconstruction));
        if (_pairs?.Count == PerceptualDistance.PairsTogether) Flush();
        if (double.IsPositiveInfinity(psnr)) _equal++;
        else _psnr += psnr;
        _ssim += ssim;
        _referenceSsim += referenceSsim;
        _count++;
        return psnr;
    }

    /// <summary>The scores of all pairs so far.</summary>
    /// <param name="name">What cautions call the originals, such as the name of their folder.</param>
    /// <exception cref="InvalidOperationException">There are none, or one alone where features are measured.</exception>
    public ReconstructionScores ToScores(string name = "originals")
    {
        if (_count == 0) throw new InvalidOperationException("Scores need images and there are none; give at least one pair.");
        Flush();
        var tokens = _codes is { Total: > 0 };
        return new ReconstructionScores
        {
            Count = _count, EqualImages = _equal, PsnrDb = _equal == _count ? double.PositiveInfinity : _psnr / (_count - _equal), Ssim = _ssim / _count, ReferenceSsim = _referenceSsim / _count,
            PerceptualDistance = _perceptual is null ? null : _distance / _count, CodebookUsage = tokens ? _codes!.Usage : null, CodebookPerplexity = tokens ? _codes!.Perplexity : null,
            Set = _originals is null ? null : GenerationMetrics.Compare(_reconstructions!, ReferenceStatistics.Of(_originals, name)),
        };
    }

    private RgbImage Resized(RgbImage image) => _side == 0 ? image : PillowResampling.Resize(image, _side, _side, ResamplingFilter.Bicubic);

    private void Require(RgbImage image, ReadOnlySpan<int> tokens)
    {
        if (_count == 0) _size = (image.Width, image.Height);
        if ((_originals is not null || _pairs is not null) && (image.Width, image.Height) != _size)
            throw new ArgumentException($"Pair {_count + 1} has {image.Width} x {image.Height} pixels and those before it have {_size.Width} x {_size.Height}; crop all images to one size, or set ResizeTo.");
        if (_pairs is not null) PerceptualDistance.RequireSize(image);
        if (_codes is null || tokens.IndexOfAnyExceptInRange(0, _codes.Counts.Count - 1) is not (>= 0 and var i)) return;
        throw new ArgumentOutOfRangeException(nameof(tokens), tokens[i], $"Token {tokens[i]} is out of range; allowed are 0 to {_codes.Counts.Count - 1}.");
    }

    private void Flush()
    {
        if (_pairs is not { Count: > 0 }) return;
        _distance += _perceptual!.Of([.. _pairs.Select(p => p.Original)], [.. _pairs.Select(p => p.Reconstruction)]).Sum();
        _pairs.Clear();
    }
}
