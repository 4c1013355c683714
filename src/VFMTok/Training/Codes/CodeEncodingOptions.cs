namespace VFMTok.Training;

/// <summary>How a set of images is tokenized once and for all.</summary>
public sealed class CodeEncodingOptions
{
    /// <summary>Which crops of each image are tokenized.</summary>
    /// <value>Default <see cref="CodeAugmentation.Flip"/>.</value>
    public CodeAugmentation Augmentation { get; set; } = CodeAugmentation.Flip;

    /// <summary>Codes of each slot: the nearest, the second nearest, and so on.</summary>
    /// <value>Default 1.</value>
    public int Ranks { get; set; } = 1;

    /// <summary>Largest number of crops in one run of the network.</summary>
    /// <value>Default 32.</value>
    public int BatchSize { get; set; } = 32;

    /// <summary>Images of a shard: what a killed process loses at most.</summary>
    /// <value>Default 256.</value>
    public int ShardSize { get; set; } = 256;

    /// <summary>Which share of the shards is made, 1 to <see cref="Parts"/>: several processes, each with a part of its own, fill one folder.</summary>
    /// <value>Default 1.</value>
    public int Part { get; set; } = 1;

    /// <summary>Shares that the shards are dealt into.</summary>
    /// <value>Default 1.</value>
    public int Parts { get; set; } = 1;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        Require(Enum.IsDefined(Augmentation), nameof(Augmentation), Augmentation, string.Join(", ", Enum.GetNames<CodeAugmentation>()));
        Require(Ranks is >= 1 and <= CodeKey.MostRanks, nameof(Ranks), Ranks, $"1 to {CodeKey.MostRanks}");
        Require(BatchSize is >= 1 and <= 65536, nameof(BatchSize), BatchSize, "1 to 65536");
        Require(ShardSize is >= 1 and <= CodeKey.MostImages, nameof(ShardSize), ShardSize, $"1 to {CodeKey.MostImages}");
        Require(Parts is >= 1 and <= 1_000_000, nameof(Parts), Parts, "1 to 1,000,000");
        Require(Part >= 1 && Part <= Parts, nameof(Part), Part, $"1 to {Parts}");
    }

    private static void Require(bool fits, string name, object value, string allowed)
    {
        if (!fits) throw new ArgumentException(FormattableString.Invariant($"{name} is {value}; allowed are {allowed}."));
    }
}
