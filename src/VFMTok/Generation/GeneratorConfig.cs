using System.Text.Json.Serialization;
using VFMTok.Runtime;

namespace VFMTok.Generation;

/// <summary>What network a generator is.</summary>
public enum GeneratorArchitecture
{
    /// <summary>LlamaGen's GPT (arXiv 2406.06525): codes in raster order.</summary>
    Autoregressive,
    /// <summary>RAR (arXiv 2411.00776): learns codes in random orders at first and in raster order at last, and writes them in raster order.</summary>
    RandomOrder,
}

/// <summary>Architecture and sizes of a generator (LlamaGen's GPT, arXiv 2406.06525, spec 9.1; or RAR, arXiv 2411.00776, spec 11).</summary>
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

    /// <summary>RAR-L: 493 M parameters with the paper's codebook and 1000 classes.</summary>
    public static GeneratorConfig RarL { get; } = new()
    {
        Architecture = GeneratorArchitecture.RandomOrder, Depth = 24, Heads = 16, Width = 1024, FeedForwardWidth = 4096, NormEpsilon = 1e-6, TokenDropout = 0, AttentionDropout = 0.1,
    };
    /// <summary>RAR-XL: 911 M. Its feed-forward network is as narrow as RAR-L's, as in the paper's code.</summary>
    public static GeneratorConfig RarXL { get; } = RarL with { Depth = 32, Width = 1280 };
    /// <summary>RAR-XXL: 1.5 B.</summary>
    public static GeneratorConfig RarXXL { get; } = RarL with { Depth = 40, Width = 1408, FeedForwardWidth = 6144 };
    /// <summary>RAR in the sizes of <see cref="Tiny"/>.</summary>
    public static GeneratorConfig RarTiny { get; } = Tiny with { Architecture = GeneratorArchitecture.RandomOrder, FeedForwardWidth = 512, NormEpsilon = 1e-6 };

    /// <summary>Presets by name, for tools.</summary>
    public static IReadOnlyDictionary<string, GeneratorConfig> Presets { get; } = new Dictionary<string, GeneratorConfig>(StringComparer.OrdinalIgnoreCase)
    {
        ["B"] = B, ["L"] = L, ["XL"] = XL, ["XXL"] = XXL, ["XXXL"] = XXXL, ["1B"] = G1B, ["2B"] = G2B, ["3B"] = G3B, ["7B"] = G7B, ["Tiny"] = Tiny,
        ["RAR-L"] = RarL, ["RAR-XL"] = RarXL, ["RAR-XXL"] = RarXXL, ["RAR-Tiny"] = RarTiny,
    };

    /// <summary>What network it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] // models that were written before there was a choice keep their hash
    public GeneratorArchitecture Architecture { get; init; }
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
    /// <summary>Hidden width of the feed-forward network; 0 = four times the width for random order, else by <see cref="HiddenMultiple"/> and <see cref="HiddenFactor"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int FeedForwardWidth { get; init; }
    /// <summary>Side of the token grid; the tokenizer's slot grid.</summary>
    public int TokenGrid { get; init; } = 16;
    /// <summary>Codes; the tokenizer's codebook size.</summary>
    public int CodebookSize { get; init; } = 16384;
    /// <summary>Classes. One more embedding stands for no class (classifier-free guidance).</summary>
    public int ClassCount { get; init; } = 1000;
    /// <summary>Base of the rotary frequencies.</summary>
    public double RotaryBase { get; init; } = 10000;
    /// <summary>Epsilon of the norms.</summary>
    public double NormEpsilon { get; init; } = 1e-5;
    /// <summary>Dropout on the embedded sequence, training only.</summary>
    public double TokenDropout { get; init; } = 0.1;
    /// <summary>Dropout on the attention's probabilities, training only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double AttentionDropout { get; init; }
    /// <summary>Dropout after the attention's last product, training only; none with <see cref="DropPath"/>. In the random-order network also after the feed-forward network's products.</summary>
    public double ResidualDropout { get; init; } = 0.1;
    /// <summary>Dropout after the feed-forward network's last product, training only; none with <see cref="DropPath"/>.</summary>
    public double FeedForwardDropout { get; init; } = 0.1;
    /// <summary>Stochastic depth (arXiv 1603.09382), training only: chance that an image skips a branch of the last layer. It rises linearly from 0 in the first one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double DropPath { get; init; }

    /// <summary>Tokens per image.</summary>
    public int TokenCount => TokenGrid * TokenGrid;
    /// <summary>Channels per head.</summary>
    public int HeadWidth => Width / Heads;
    /// <summary>Key and value heads, resolved.</summary>
    public int KeyValueHeadCount => KeyValueHeads == 0 ? Heads : KeyValueHeads;
    /// <summary>Index that stands for no class.</summary>
    public int NullClass => ClassCount;

    /// <summary>Hidden width of the feed-forward network, resolved: a gated one has two thirds of four times the width, rounded up.</summary>
    public int HiddenWidth
    {
        get
        {
            if (FeedForwardWidth > 0) return FeedForwardWidth;
            if (Architecture == GeneratorArchitecture.RandomOrder) return 4 * Width;
            var hidden = (int)(2 * (4 * Width) / 3.0);
            if (HiddenFactor > 0) hidden = (int)(HiddenFactor * hidden);
            return (hidden + HiddenMultiple - 1) / HiddenMultiple * HiddenMultiple;
        }
    }

    /// <summary>Parameters of the class-conditional network, known before memory is taken for them.</summary>
    public long ParameterCount => Architecture == GeneratorArchitecture.RandomOrder ? RandomOrderParameters : AutoregressiveParameters;

    // Embeddings and output layer, then per layer the attention's two products, the feed-forward network's three and two norms, and a last norm.
    private long AutoregressiveParameters
    {
        get
        {
            long width = Width, attention = (Heads + 2 * KeyValueHeadCount) * HeadWidth * width + width * width, feedForward = 3 * width * HiddenWidth;
            return (ClassCount + 1 + 2L * CodebookSize) * width + Depth * (attention + feedForward + 2 * width) + width;
        }
    }

    // Tables with the official files' spare rows and unused mask (spec 11), then per block two norms, the attention with norms for queries and keys, two products and six modulations.
    private long RandomOrderParameters
    {
        get
        {
            long width = Width, hidden = HiddenWidth, tables = 1 + 2 * (TokenCount + 1024) + TokenCount + 100 + CodebookSize + 1 + ClassCount + 1;
            var block = 2 * 2 * width + (3 * width + 3) * width + 2 * 2 * HeadWidth + (width + 1) * width + (width + 1) * hidden + (hidden + 1) * width + (width + 1) * 6 * width;
            return tables * width + Depth * block + (width + 1) * 2 * width + (width + 1) * CodebookSize;
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
        Require(FeedForwardWidth >= 0, $"FeedForwardWidth {FeedForwardWidth} must be 0 or positive");
        var limit = Bounds.Fault((nameof(Depth), Depth, 1, Bounds.Depth), (nameof(Width), Width, 1, Bounds.Width), (nameof(HiddenMultiple), HiddenMultiple, 1, Bounds.Width),
            (nameof(FeedForwardWidth), FeedForwardWidth, 0, 1 << 20), (nameof(TokenGrid), TokenGrid, 1, Bounds.Grid)) ?? Bounds.StackFault(Depth, Width) ?? Bounds.TableFault(TokenGrid, HeadWidth);
        Require(limit is null, limit ?? "");
        Require(HiddenFactor is >= 0 and <= 64, $"HiddenFactor {HiddenFactor} must lie in 0 to 64");
        Require(RotaryBase > 0 && double.IsFinite(RotaryBase) && NormEpsilon >= 0 && double.IsFinite(NormEpsilon), "RotaryBase must be positive and NormEpsilon not negative");
        foreach (var rate in new[] { TokenDropout, AttentionDropout, ResidualDropout, FeedForwardDropout, DropPath }) Require(rate is >= 0 and < 1, $"dropouts must lie in [0, 1), and one is {rate}");
        Require(Enum.IsDefined(Architecture), $"Architecture {Architecture} must be one of {string.Join(", ", Enum.GetNames<GeneratorArchitecture>())}");
        if (Architecture == GeneratorArchitecture.RandomOrder)
        {
            Require(Width % Heads == 0, $"Width {Width} must be divisible by Heads {Heads}");
            Require(DropPath == 0, $"DropPath {DropPath} must be 0, since the random-order network has none");
            Require(KeyValueHeadCount == Heads, $"KeyValueHeads {KeyValueHeads} must be 0 or Heads {Heads}, since the random-order network shares no keys and values");
            return;
        }
        Require(Width % Heads == 0 && HeadWidth % 4 == 0, $"Width {Width} over Heads {Heads} must be a multiple of 4, since the rotary embedding splits it by axis and into pairs");
        Require(KeyValueHeadCount > 0 && Heads % KeyValueHeadCount == 0, $"Heads {Heads} must be divisible by KeyValueHeads {KeyValueHeads}");

        static void Require(bool ok, string fault)
        {
            if (!ok) throw new ArgumentException($"The generator configuration does not fit together: {fault}.");
        }
    }
}
