using VFMTok.Runtime;

namespace VFMTok.ML;

/// <summary>How rows are put together for a network.</summary>
public class VfmBatchOptions
{
    /// <summary>Rows per run of the network. Results do not depend on it, memory and speed do.</summary>
    /// <value>Default 16; allowed are 1 to 65536.</value>
    public int BatchSize { get; set; } = 16;

    /// <summary>Whether the next rows are read, and their files decoded, on other threads while the network runs.</summary>
    /// <value>Default true.</value>
    public bool Prefetch { get; set; } = true;

    /// <summary>What the products of the networks that see or make images compute in; what a generator computes in is stated by <see cref="Generation.SamplingOptions.Precision"/>.</summary>
    /// <value>Default <see cref="Precision.Float32"/>: codes are exact. <see cref="Precision.BFloat16"/> and <see cref="Precision.Auto"/> take half the time where the hardware has instructions for
    /// bfloat16; a few codes in a hundred differ then. It stays with the transformer and is saved with it.</value>
    public Precision Precision { get; set; } = Precision.Float32;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public virtual void Validate()
    {
        if (BatchSize is < 1 or > 65536) throw new ArgumentException($"BatchSize is {BatchSize}; allowed are 1 to 65536.");
        if (!Enum.IsDefined(Precision)) throw new ArgumentException($"Precision is {Precision}; allowed are {string.Join(", ", Enum.GetNames<Precision>())}.");
    }
}
