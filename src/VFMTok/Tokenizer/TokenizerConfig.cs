using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using VFMTok.Foundation;
using VFMTok.Runtime;

namespace VFMTok.Tokenizer;

/// <summary>Sizes of a tokenizer (spec 1.2). Nothing of the paper's sizes is fixed in a network.</summary>
public sealed record TokenizerConfig
{
    /// <summary>The paper's tokenizer: 336 px, DINOv2-L/14 with registers, 16 x 16 slots, 16384 codes of width 12.</summary>
    public static TokenizerConfig Paper { get; } = new();

    /// <summary>The same with DINOv2-S/14 and half the widths: for a single GPU.</summary>
    public static TokenizerConfig Small { get; } = new()
    {
        Foundation = VisionTransformerConfig.SmallRegisters, Levels = [2, 5, 8, 11], Width = 256, DecoderHidden = 1024, PixelWidth = 64, CodebookSize = 8192,
    };

    /// <summary>64 px, the shipped tiny foundation model, 8 x 8 slots: learns on two CPU cores in minutes.</summary>
    public static TokenizerConfig Tiny { get; } = new()
    {
        ImageSize = 64, FoundationSize = 64, Foundation = VisionTransformerConfig.Tiny, Levels = [1, 3], SlotGrid = 8, Width = 64, EncoderDepth = 2,
        CodebookSize = 512, CodeWidth = 8, DecoderDepth = 2, DecoderHeads = 4, DecoderHidden = 192, DecoderDropout = 0, SinusoidalPositions = true,
        PixelWidth = 16, PixelMultipliers = [1, 1, 2, 4], ResidualBlocks = 1, NormGroups = 8,
    };

    /// <summary>Presets by name, for tools.</summary>
    public static IReadOnlyDictionary<string, TokenizerConfig> Presets { get; } =
        new Dictionary<string, TokenizerConfig>(StringComparer.OrdinalIgnoreCase) { ["paper"] = Paper, ["small"] = Small, ["tiny"] = Tiny };

    /// <summary>Side of the square images that go in and come out, pixels.</summary>
    public int ImageSize { get; init; } = 336;
    /// <summary>Side to which the foundation model sees them resized, pixels; a multiple of its patch size.</summary>
    public int FoundationSize { get; init; } = 336;
    /// <summary>The frozen foundation model.</summary>
    public VisionTransformerConfig Foundation { get; init; } = VisionTransformerConfig.LargeRegisters;
    /// <summary>Blocks of the foundation model that are tapped, 0-based and rising; the last one is read after the final norm.</summary>
    public IReadOnlyList<int> Levels { get; init; } = [5, 11, 17, 23];
    /// <summary>How an image becomes what is quantized. All but the region-adaptive encoder exist for comparisons.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] // files and hashes of the paper's kind stay what they were before there was a choice
    public TokenEncoderKind Encoder { get; init; }
    /// <summary>Side of the slot grid: an image becomes SlotGrid x SlotGrid tokens.</summary>
    public int SlotGrid { get; init; } = 16;
    /// <summary>Channels of the encoder and of the token decoder.</summary>
    public int Width { get; init; } = 512;
    /// <summary>Layers of the region-adaptive encoder.</summary>
    public int EncoderDepth { get; init; } = 6;
    /// <summary>Heads of the region-adaptive encoder (8 in the reference, whatever its configuration says).</summary>
    public int EncoderHeads { get; init; } = 8;
    /// <summary>Sampling points per head and level of the deformable attention.</summary>
    public int SamplingPoints { get; init; } = 4;
    /// <summary>Entries of the codebook.</summary>
    public int CodebookSize { get; init; } = 16384;
    /// <summary>Channels of a codebook entry.</summary>
    public int CodeWidth { get; init; } = 12;
    /// <summary>Layers of the token decoder.</summary>
    public int DecoderDepth { get; init; } = 6;
    /// <summary>Heads of the token decoder.</summary>
    public int DecoderHeads { get; init; } = 8;
    /// <summary>Nominal hidden width of the token decoder's feed-forward network; SwiGLU uses two thirds of it.</summary>
    public int DecoderHidden { get; init; } = 2048;
    /// <summary>Inert register tokens of the token decoder (spec 6.3).</summary>
    public int DecoderRegisters { get; init; } = 4;
    /// <summary>Dropout on the token decoder's attention, training only.</summary>
    public double DecoderDropout { get; init; } = 0.1;
    /// <summary>Whether the token decoder's positions start as two-dimensional sinusoids, so that slots and patches that lie near each other start alike. Short runs learn places
    /// sooner with it; the reference starts from noise.</summary>
    public bool SinusoidalPositions { get; init; }
    /// <summary>Base channels of the pixel decoder.</summary>
    public int PixelWidth { get; init; } = 128;
    /// <summary>Channel multipliers of the pixel decoder, finest stage first; every stage but the finest doubles the side.</summary>
    public IReadOnlyList<int> PixelMultipliers { get; init; } = [1, 1, 2, 2, 4];
    /// <summary>Residual blocks per stage of the pixel decoder.</summary>
    public int ResidualBlocks { get; init; } = 2;
    /// <summary>Groups of the pixel decoder's group norms.</summary>
    public int NormGroups { get; init; } = 32;

    /// <summary>Tokens per image.</summary>
    public int SlotCount => SlotGrid * SlotGrid;
    /// <summary>Side of the foundation model's patch grid.</summary>
    public int FoundationGrid => FoundationSize / Foundation.PatchSize;
    /// <summary>Side of the grid that the pixel decoder starts from.</summary>
    public int DecoderGrid => ImageSize >> (PixelMultipliers.Count - 1);
    /// <summary>Hidden width of the encoder's feed-forward network: four times the width, at most 1024 (as in the reference).</summary>
    public int EncoderHidden => Math.Min(4 * Width, 1024);

    /// <summary>Checks that the numbers fit together.</summary>
    /// <exception cref="ArgumentException">They do not; the message says which and why.</exception>
    public void Validate()
    {
        Require(Foundation is not null && Levels is not null && PixelMultipliers is not null, "Foundation, Levels and PixelMultipliers must be given");
        Foundation.Validate();
        Require(ImageSize > 0 && SlotGrid > 0 && EncoderDepth > 0 && SamplingPoints > 0 && DecoderDepth > 0 && DecoderRegisters >= 0 && ResidualBlocks > 0,
            "sizes and depths must be positive");
        var widest = PixelMultipliers.Select(m => (long)m * PixelWidth).Append(1).Max();
        Limit(Bounds.Fault((nameof(ImageSize), ImageSize, 1, Bounds.Side), (nameof(FoundationSize), FoundationSize, 1, Bounds.Side), (nameof(SlotGrid), SlotGrid, 1, Bounds.Grid),
            (nameof(Width), Width, 1, Bounds.Width), (nameof(EncoderDepth), EncoderDepth, 1, Bounds.Depth), (nameof(EncoderHeads), EncoderHeads, 1, Bounds.Grid), (nameof(SamplingPoints), SamplingPoints, 1, 256),
            (nameof(CodeWidth), CodeWidth, 1, Bounds.Width), (nameof(DecoderDepth), DecoderDepth, 1, Bounds.Depth), (nameof(DecoderHeads), DecoderHeads, 1, Bounds.Grid), (nameof(DecoderHidden), DecoderHidden, 1, 1 << 20),
            (nameof(DecoderRegisters), DecoderRegisters, 0, Bounds.Grid), (nameof(PixelWidth), PixelWidth, 1, Bounds.Width), (nameof(ResidualBlocks), ResidualBlocks, 1, 64), (nameof(NormGroups), NormGroups, 1, Bounds.Width),
            ("PixelWidth times the largest of PixelMultipliers", widest, 1, Bounds.Width)));
        Limit(Bounds.StackFault(Math.Max(EncoderDepth, DecoderDepth), Width) ?? Bounds.StackFault(Levels.Count, Width) ?? Bounds.StackFault((long)PixelMultipliers.Count * ResidualBlocks, widest));
        Limit(Bounds.TableFault(SlotGrid, Width) ?? Bounds.TableFault(FoundationGrid, Width));
        Require(CodebookSize is > 1 and <= 1 << 24 && CodeWidth > 0, $"CodebookSize {CodebookSize} must lie in 2 to {1 << 24} and CodeWidth be positive");
        Require(FoundationSize > 0 && FoundationSize % Foundation.PatchSize == 0, $"FoundationSize {FoundationSize} is not a multiple of the patch size {Foundation.PatchSize}");
        Require(PixelMultipliers.Count is > 0 and < 12 && ImageSize % (1 << (PixelMultipliers.Count - 1)) == 0,
            $"ImageSize {ImageSize} cannot be halved {PixelMultipliers.Count - 1} times, once for each pixel stage but the finest");
        Require(Enum.IsDefined(Encoder), $"Encoder {Encoder} is not known; allowed are {string.Join(", ", Enum.GetNames<TokenEncoderKind>())}");
        Require(Encoder != TokenEncoderKind.Grid || SlotGrid == FoundationGrid, $"SlotGrid {SlotGrid} must be the foundation model's grid {FoundationGrid}, since every patch becomes a token");
        Require(Encoder != TokenEncoderKind.Convolutional || SlotGrid == DecoderGrid, $"SlotGrid {SlotGrid} must be the pixel decoder's grid {DecoderGrid}, since the convolutional encoder is its mirror image");
        Require(Levels.Count > 0 && Levels.All(l => l >= 0 && l < Foundation.Depth) && Levels.Zip(Levels.Skip(1)).All(p => p.First < p.Second),
            $"Levels must rise and lie in 0 to {Foundation.Depth - 1}, the foundation model's blocks");
        Require(Width % EncoderHeads == 0 && Width % DecoderHeads == 0, $"Width {Width} must be divisible by EncoderHeads {EncoderHeads} and DecoderHeads {DecoderHeads}");
        Require(PixelMultipliers.All(m => m is > 0 and <= 64 && PixelWidth * m % NormGroups == 0) && Width % NormGroups == 0,
            $"every width of the pixel decoder ({PixelWidth} times {string.Join(", ", PixelMultipliers)}) and Width {Width} must be divisible by NormGroups {NormGroups}");
        Require(DecoderDropout is >= 0 and < 1, $"DecoderDropout {DecoderDropout} must lie in [0, 1)");

        static void Limit(string? fault) => Require(fault is null, fault ?? "");

        static void Require([DoesNotReturnIf(false)] bool ok, string fault)
        {
            if (!ok) throw new ArgumentException($"The tokenizer configuration does not fit together: {fault}.");
        }
    }
}
