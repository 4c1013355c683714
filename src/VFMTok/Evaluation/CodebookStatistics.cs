namespace VFMTok.Evaluation;

/// <summary>How a codebook is used: counts of its codes over any number of images.</summary>
/// <param name="codebookSize">Codes K.</param>
public sealed class CodebookStatistics(int codebookSize)
{
    private readonly long[] _counts = codebookSize > 0 ? new long[codebookSize]
        : throw new ArgumentOutOfRangeException(nameof(codebookSize), codebookSize, $"A codebook of {codebookSize} codes is out of range; allowed are 1 and more.");

    /// <summary>How often each code was seen.</summary>
    public IReadOnlyList<long> Counts => _counts;

    /// <summary>Tokens seen.</summary>
    public long Total { get; private set; }

    /// <summary>Codes seen at least once.</summary>
    public int Used => _counts.Count(c => c > 0);

    /// <summary>Share of the codebook that was seen at least once, 0 to 1 (spec 10.2). Grows with the number of images.</summary>
    public double Usage => Used / (double)_counts.Length;

    /// <summary>e to the entropy of the codes' frequencies: as many equally frequent codes would be as varied. 1 to K; 0 of no tokens.</summary>
    public double Perplexity => Total == 0 ? 0 : Math.Exp(-_counts.Where(c => c > 0).Sum(c => c / (double)Total * Math.Log(c / (double)Total)));

    /// <summary>Takes tokens.</summary>
    /// <param name="tokens">Each in [0, K).</param>
    /// <exception cref="ArgumentOutOfRangeException">A token is not; those before it have been counted.</exception>
    public void Add(ReadOnlySpan<int> tokens)
    {
        foreach (var token in tokens)
        {
            if ((uint)token >= (uint)_counts.Length) throw new ArgumentOutOfRangeException(nameof(tokens), token, $"Token {token} is out of range; allowed are 0 to {_counts.Length - 1}.");
            _counts[token]++;
            Total++;
        }
    }
}
