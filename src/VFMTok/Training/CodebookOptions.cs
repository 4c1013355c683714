namespace VFMTok.Training;

/// <summary>Keeps a codebook in use.</summary>
public sealed class CodebookOptions
{
    /// <summary>Whether the codes start as the centres of a k-means clustering (Lloyd 1982, on the unit sphere) of what the untrained encoder makes of the first images. The paper starts from noise.</summary>
    /// <value>Default true.</value>
    public bool KMeansStart { get; set; } = true;

    /// <summary>Steps from one revival to the next: codes that were not used since the one before, or in the last 65,536 tokens, move to what the encoder makes of the current images.</summary>
    /// <value>Default 50; 0 = never, as in the paper.</value>
    public int RevivalEvery { get; set; } = 50;

    /// <summary>Share of the run after which no code is revived any more, so that the end of the run settles.</summary>
    /// <value>Default 0.7.</value>
    public double RevivalUntil { get; set; } = 0.7;

    /// <summary>Share of the codebook in use below which the run warns, once it has fallen there from above.</summary>
    /// <value>Default 0.1.</value>
    public double AlertBelow { get; set; } = 0.1;

    internal void Validate()
    {
        if (RevivalEvery < 0) throw new ArgumentException($"Codebook.RevivalEvery is {RevivalEvery}; allowed are 0 and positive numbers.");
        if (!(RevivalUntil is >= 0 and <= 1)) throw new ArgumentException($"Codebook.RevivalUntil is {RevivalUntil}; allowed are 0 to 1.");
        if (!(AlertBelow is >= 0 and <= 1)) throw new ArgumentException($"Codebook.AlertBelow is {AlertBelow}; allowed are 0 to 1.");
    }
}
