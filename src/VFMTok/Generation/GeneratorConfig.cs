namespace VFMTok.Generation;

/// <summary>Sizes of an autoregressive generator (LlamaGen's GPT, arXiv 2406.06525; spec 9.1).</summary>
public sealed record GeneratorConfig
{
    /// <summary>GPT-B: 111 M parameters with the paper's codebook and 1000 classes.</summary>
    public static GeneratorConfig B { get; } = new() { Depth = 12, Heads = 12, Width = 768 };
    /// <summary>GPT-L: 343 M.</summary>
    public static GeneratorConfig L { get; } = new() { Depth = 24, Heads = 16, Width = 1024 };
    /// <summary>GPT-XL: 775 M.</summary>
    public static GeneratorConfig XL { get; } = new() { Depth = 36, Heads = 20, Width = 1280 };
    /// <summary>GPT-XXL: 1.4 B.</summary>
    public static GeneratorConfig XXL { get; } = new() { Depth = 48, Heads = 24, Width = 1536 };
    /// <summary>GPT-XXXL: 3.9 B.</summary>
    public static GeneratorConfig XXXL { get; } = new() { Depth = 48, Heads = 40, Width = 2560 };
    /// <summary>GPT-1B.</summary>
    public static GeneratorConfig G1B { get; } = new() { Depth = 22, Heads = 32, Width = 2048 };
    /// <summary>GPT-2B.</summary>
    public static GeneratorConfig G2B { get; } = new() { Depth = 48, Heads = 32, Width = 1920 };
    /// <summary>GPT-3B.</summary>
    public static GeneratorConfig G3B { get; } = new() { Depth = 24, Heads = 32, Width = 3200 };
    /// <summary>GPT-7B.</summary>
    public static GeneratorConfig G7B { get; } = new() { Depth = 32, Heads = 32, Width = 4096 };
    /// <summary>Learns a handful of classes on two CPU cores in minutes. A run that short has nothing to unlearn: no dropout.</summary>
    public static GeneratorConfig Tiny { get; } = new()
    {
        Depth = 3, Heads = 4, Width = 128, HiddenMultiple = 32, TokenGrid = 8, CodebookSize = 512, ClassCount = 10, TokenDropout = 0, ResidualDropout = 0, FeedForwardDropout = 0,
    };

    /// <summary>Presets by name, for tools.</summary>
    public static IReadOnlyDictionary<string, GeneratorConfig> Presets { get; } = new Dictionary<string, GeneratorConfig>(StringComparer.OrdinalIgnoreCase)
    {
        ["B"] = B, ["L"] = L, ["XL"] = XL, ["XXL"] = XXL, ["XXXL"] = XXXL, ["1B"] = G1B, ["2B"] = G2B, ["3B"] = G3B, ["7B"] = G7B, ["Tiny"] = Tiny,
    };

    /// <summary>Layers.</summary>
    public int Depth { get; init; } = 12;
    /// <summary>Query heads.</summary>
    public int Heads { get; init; } = 12;
    /// <summary>Key and value heads; 0 = as many as query heads. Fewer share them between groups of query heads.</summary>
    public int KeyValueHeads { get; init; }
    /// <summary>Channels.</summary>
    public int Width { get; init; } = 768;
    /// <summary>The feed-forward network's hidden width is rounded up to a multiple of this.</summary>
    public int HiddenMultiple { get; init; } = 256;
    /// <summary>Factor on the hidden width before rounding; 0 = none.</summary>
    public double HiddenFactor { get; init; }
    /// <summary>Side of the token grid; the tokenizer's slot grid.</summary>
    public int TokenGrid { get; init; } = 16;
    /// <summary>Codes; the tokenizer's codebook size.</summary>
    public int CodebookSize { get; init; } = 16384;
    /// <summary>Classes. One more embedding stands for no class (classifier-free guidance).</summary>
    public int ClassCount { get; init; } = 1000;
    /// <summary>Base of the rotary frequencies.</summary>
    public double RotaryBase { get; init; } = 10000;
    /// <summary>RMSNorm epsilon.</summary>
    public double NormEpsilon { get; init; } = 1e-5;
    /// <summary>Dropout on the embedded sequence, training only.</summary>
    public double TokenDropout { get; init; } = 0.1;
    /// <summary>Dropout on the attention's probabilities, training only.</summary>
    public double AttentionDropout { get; init; }
    /// <summary>Dropout after the attention's last product, training only; none with <see cref="DropPath"/>.</summary>
    public double ResidualDropout { get; init; } = 0.1;
    /// <summary>Dropout after the feed-forward network's last product, training only; none with <see cref="DropPath"/>.</summary>
    public double FeedForwardDropout { get; init; } = 0.1;
    /// <summary>Stochastic depth (arXiv 1603.09382), training only: chance that an image skips a branch of the last layer. It rises linearly from 0 in the first one.</summary>
    public double DropPath { get; init; }

    /// <summary>Tokens per image.</summary>
    public int TokenCount => TokenGrid * TokenGrid;
    /// <summary>Channels per head.</summary>
    public int HeadWidth => Width / Heads;
    /// <summary>Key and value heads, resolved.</summary>
    public int KeyValueHeadCount => KeyValueHeads == 0 ? Heads : KeyValueHeads;
    /// <summary>Index that stands for no class.</summary>
    public int NullClass => ClassCount;

    /// <summary>Hidden width of the feed-forward network: two thirds of four times the width, rounded up.</summary>
    public int HiddenWidth
    {
        get
        {
            var hidden = (int)(2 * (4 * Width) / 3.0);
            if (HiddenFactor > 0) hidden = (int)(HiddenFactor * hidden);
            return (hidden + HiddenMultiple - 1) / HiddenMultiple * HiddenMultiple;
        }
    }

    /// <summary>Parameters of the class-conditional network, known before memory is taken for them: embeddings and output layer, then per layer the attention's two products,
    /// the feed-forward network's three and two norms, and a last norm.</summary>
    public long ParameterCount
    {
        get
        {
            long width = Width, attention = (Heads + 2 * KeyValueHeadCount) * HeadWidth * width + width * width, feedForward = 3 * width * HiddenWidth;
            return (ClassCount + 1 + 2L * CodebookSize) * width + Depth * (attention + feedForward + 2 * width) + width;
        }
    }

    /// <summary>Chance that an image skips a branch of a layer.</summary>
    internal double DropPathAt(int layer) => Depth == 1 ? 0 : DropPath * layer / (Depth - 1);

    /// <summary>Checks that the numbers fit together.</summary>
    /// <exception cref="ArgumentException">They do not; the message says which and why.</exception>
    public void Validate()
    {
        Require(Depth > 0 && Heads > 0 && Width > 0 && HiddenMultiple > 0 && TokenGrid > 0, "sizes must be positive");
        Require(CodebookSize is > 1 and <= 1 << 24, $"CodebookSize {CodebookSize} must lie in 2 to {1 << 24}");
        Require(ClassCount is > 0 and <= 1 << 24, $"ClassCount {ClassCount} must lie in 1 to {1 << 24}");
        Require(Width % Heads == 0 && HeadWidth % 4 == 0, $"Width {Width} over Heads {Heads} must be a multiple of 4, since the rotary embedding splits it by axis and into pairs");
        Require(KeyValueHeadCount > 0 && Heads % KeyValueHeadCount == 0, $"Heads {Heads} must be divisible by KeyValueHeads {KeyValueHeads}");
        foreach (var rate in new[] { TokenDropout, AttentionDropout, ResidualDropout, FeedForwardDropout, DropPath }) Require(rate is >= 0 and < 1, $"dropouts must lie in [0, 1), and one is {rate}");

        static void Require(bool ok, string fault)
        {
            if (!ok) throw new ArgumentException($"The generator configuration does not fit together: {fault}.");
        }
    }
}
