using VFMTok.Runtime;

namespace VFMTok.Generation;

/// <summary>How codes are drawn (spec 9.6).</summary>
public sealed class SamplingOptions
{
    /// <summary>Strength of classifier-free guidance.</summary>
    /// <value>Default 1: no guidance, half the work. Above 1 pictures become more typical of their class and less varied.</value>
    public double GuidanceScale { get; set; } = 1;

    /// <summary>Lets the guidance grow with every code, from none at the first to <see cref="GuidanceScale"/> after the last: 1 + (g - 1) (1 - cos(pi t^power)) / 2, t being the share of codes that
    /// are written (arXiv 2411.00776; spec 11). Small powers grow early, large ones late.</summary>
    /// <value>Default 0: constant guidance. The paper draws with RAR at a scale of 16 and a power of 2.75.</value>
    public double GuidancePower { get; set; }

    /// <summary>Last decode step (0 = the second code) that is still guided; later codes are drawn from the conditional logits alone.</summary>
    /// <value>Default -1: all are guided. The first code is always guided (with a <see cref="GuidancePower"/> by a scale of 1).</value>
    public int GuidanceInterval { get; set; } = -1;

    /// <summary>Divides the logits.</summary>
    /// <value>Default 1. Below 1 the likely codes are preferred; 0 is nearly greedy.</value>
    public double Temperature { get; set; } = 1;

    /// <summary>Only the k likeliest codes may be drawn (ties with the k-th too); at most the codebook's size.</summary>
    /// <value>Default 0: all.</value>
    public int TopK { get; set; }

    /// <summary>Only the likeliest codes that together reach this probability may be drawn.</summary>
    /// <value>Default 1: all. Allowed are numbers above 0.</value>
    public double TopP { get; set; } = 1;

    /// <summary>Always take the likeliest code.</summary>
    /// <value>Default false.</value>
    public bool Greedy { get; set; }

    /// <summary>What the generator computes in.</summary>
    /// <value>Default <see cref="Precision.Float32"/>. <see cref="Precision.BFloat16"/> halves the weights that every code reads, and with them the time of small batches: on a CPU weights, keys and values
    /// are bfloat16 and everything else float32, on a GPU all products are bfloat16. <see cref="Precision.Auto"/> chooses it where it pays.</value>
    public Precision Precision { get; set; } = Precision.Float32;

    /// <summary>Whether the weights of products are rounded to eight bits, with one scale for each output channel (weight-only quantization): on a CPU another 1.7 times as fast at batch 1, and pictures
    /// that differ a little. A GPU computes in <see cref="Precision"/> instead.</summary>
    /// <value>Default false.</value>
    public bool Int8Weights { get; set; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        Require(GuidanceScale is >= 0 and <= 1000, $"GuidanceScale is {GuidanceScale}; allowed are 0 to 1000, 1 and less switch guidance off.");
        Require(GuidancePower is >= 0 and <= 100, $"GuidancePower is {GuidancePower}; allowed are 0 (constant guidance) to 100.");
        Require(GuidanceInterval >= -1, $"GuidanceInterval is {GuidanceInterval}; allowed are -1 (always) and larger.");
        Require(Temperature is >= 0 and <= 1000, $"Temperature is {Temperature}; allowed are 0 to 1000, 1 takes the probabilities as they are.");
        Require(TopK >= 0, $"TopK is {TopK}; allowed are 0 (all) and larger, up to the size of the codebook.");
        Require(TopP is > 0 and <= 1, $"TopP is {TopP}; allowed are numbers above 0 up to 1 (all).");
        Require(Enum.IsDefined(Precision), $"Precision is {Precision}; allowed are Auto, Float32 and BFloat16.");
    }

    /// <summary>Checks the ranges, and that they suit a generator.</summary>
    /// <param name="config">Its sizes.</param>
    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public void Validate(GeneratorConfig config)
    {
        Validate();
        RequireCodebook(config.CodebookSize);
    }

    internal void RequireCodebook(int size) =>
        Require(TopK <= size, $"TopK is {TopK} but the codebook has {size} codes; allowed are 1 to {size}, and 0 for all.");

    private static void Require(bool ok, FormattableString fault)
    {
        if (!ok) throw new ArgumentException(FormattableString.Invariant(fault));
    }

    /// <summary>Strength of the guidance of one code.</summary>
    /// <param name="n">Which code; 0-based.</param>
    /// <param name="count">Codes of an image.</param>
    internal double GuidanceAt(int n, int count)
    {
        if (n > 0 && GuidanceInterval >= 0 && n - 1 > GuidanceInterval) return 1; // decode step i = n - 1; the first code is always guided
        return GuidancePower == 0 ? GuidanceScale : 1 + (GuidanceScale - 1) * (1 - Math.Cos(Math.PI * Math.Pow(n / (double)count, GuidancePower))) / 2;
    }
}
