using VFMTok.Runtime;

namespace VFMTok.Foundation;

/// <summary>Kind of feed-forward network in a transformer block.</summary>
public enum FeedForwardKind
{
    /// <summary>Linear, GELU (erf), Linear.</summary>
    Mlp,
    /// <summary>Gated: <c>silu(a) * b</c>, with two thirds of the hidden width rounded up to a multiple of 8.</summary>
    SwiGlu,
}

/// <summary>Size and variant of a DINOv2 vision transformer (spec 3.2).</summary>
/// <param name="PatchSize">Side of a patch, pixels.</param>
/// <param name="Width">Channels of a token.</param>
/// <param name="Depth">Blocks.</param>
/// <param name="Heads">Attention heads; must divide <paramref name="Width"/>.</param>
/// <param name="StoredGrid">Side of the stored position grid, patches (37 = 518 px / 14).</param>
/// <param name="Registers">Register tokens between the class token and the patches.</param>
/// <param name="FeedForward">Feed-forward network of the blocks.</param>
/// <param name="FeedForwardRatio">Hidden width of the feed-forward network in units of <paramref name="Width"/>.</param>
public sealed record VisionTransformerConfig(
    int PatchSize, int Width, int Depth, int Heads, int StoredGrid = 37, int Registers = 0,
    FeedForwardKind FeedForward = FeedForwardKind.Mlp, int FeedForwardRatio = 4)
{
    /// <summary>DINOv2 S/14, without registers.</summary>
    public static VisionTransformerConfig Small { get; } = new(14, 384, 12, 6);
    /// <summary>DINOv2 B/14, without registers.</summary>
    public static VisionTransformerConfig Base { get; } = new(14, 768, 12, 12);
    /// <summary>DINOv2 L/14, without registers.</summary>
    public static VisionTransformerConfig Large { get; } = new(14, 1024, 24, 16);
    /// <summary>DINOv2 g/14, without registers.</summary>
    public static VisionTransformerConfig Giant { get; } = new(14, 1536, 40, 24, FeedForward: FeedForwardKind.SwiGlu);
    /// <summary>DINOv2 S/14 with 4 registers.</summary>
    public static VisionTransformerConfig SmallRegisters { get; } = new(14, 384, 12, 6, Registers: 4); // not 'with', which keeps how positions are resampled
    /// <summary>DINOv2 B/14 with 4 registers.</summary>
    public static VisionTransformerConfig BaseRegisters { get; } = new(14, 768, 12, 12, Registers: 4);
    /// <summary>DINOv2 L/14 with 4 registers: the paper's foundation model.</summary>
    public static VisionTransformerConfig LargeRegisters { get; } = new(14, 1024, 24, 16, Registers: 4);
    /// <summary>DINOv2 g/14 with 4 registers.</summary>
    public static VisionTransformerConfig GiantRegisters { get; } = new(14, 1536, 40, 24, Registers: 4, FeedForward: FeedForwardKind.SwiGlu);
    /// <summary>The small model whose weights ship with the library: 64 px in 8 x 8 patches. Not a DINOv2 model; see <see cref="VfmFoundationModel.Tiny"/>.</summary>
    public static VisionTransformerConfig Tiny { get; } = new(8, 96, 4, 4, StoredGrid: 8, Registers: 2, FeedForwardRatio: 3);

    /// <summary>Presets by the names of the official files, for tools.</summary>
    public static IReadOnlyDictionary<string, VisionTransformerConfig> Presets { get; } = new Dictionary<string, VisionTransformerConfig>(StringComparer.OrdinalIgnoreCase)
    {
        ["dinov2_vits14"] = Small, ["dinov2_vitb14"] = Base, ["dinov2_vitl14"] = Large, ["dinov2_vitg14"] = Giant,
        ["dinov2_vits14_reg4"] = SmallRegisters, ["dinov2_vitb14_reg4"] = BaseRegisters, ["dinov2_vitl14_reg4"] = LargeRegisters, ["dinov2_vitg14_reg4"] = GiantRegisters, ["tiny"] = Tiny,
    };

    /// <summary>LayerNorm epsilon.</summary>
    public const double NormEpsilon = 1e-6;

    /// <summary>Whether positions are resampled with antialiasing: DINOv2 does so for its register models only (historical).</summary>
    public bool AntialiasPositions { get; init; } = Registers > 0;

    /// <summary>Added to the target grid when positions are resampled: 0.1 for models without registers (historical), else 0.</summary>
    public double PositionOffset { get; init; } = Registers > 0 ? 0 : 0.1;

    /// <summary>Channels per head.</summary>
    public int HeadWidth => Width / Heads;

    /// <summary>Hidden width of the feed-forward network.</summary>
    public int HiddenWidth => FeedForward == FeedForwardKind.Mlp ? FeedForwardRatio * Width : SwiGluFeedForward.HiddenWidth(FeedForwardRatio * Width);

    /// <summary>Images to run at once: on a CPU as many as make it faster, which keeps the memory of activations bounded; on a GPU all.</summary>
    /// <param name="size">Side of an image, pixels.</param>
    /// <param name="device">Where.</param>
    internal int ImagesTogether(int size, Runtime.ComputeDevice device)
    {
        const long largest = 40 << 20; // bytes of one activation
        var tokens = 1 + Registers + (long)(size / PatchSize) * (size / PatchSize);
        return device.Gpu is null ? (int)Math.Max(1, largest / (sizeof(float) * tokens * HiddenWidth)) : int.MaxValue;
    }

    /// <summary>Checks that the numbers fit together.</summary>
    /// <exception cref="ArgumentException">They do not; the message says which.</exception>
    public void Validate()
    {
        if (PatchSize < 1 || Width < 1 || Depth < 1 || Heads < 1 || StoredGrid < 1 || Registers < 0 || FeedForwardRatio < 1)
            throw new ArgumentException("A vision transformer needs positive PatchSize, Width, Depth, Heads, StoredGrid and FeedForwardRatio, and no negative Registers.");
        var fault = Bounds.Fault((nameof(PatchSize), PatchSize, 1, Bounds.Grid), (nameof(Width), Width, 1, Bounds.Width), (nameof(Depth), Depth, 1, Bounds.Depth), (nameof(StoredGrid), StoredGrid, 1, Bounds.Grid),
            (nameof(Registers), Registers, 0, Bounds.Grid), (nameof(FeedForwardRatio), FeedForwardRatio, 1, 64)) ?? Bounds.StackFault(Depth, Width);
        if (fault is not null)
            throw new ArgumentException($"A vision transformer of this size is not supported: {fault}.");
        if (!Enum.IsDefined(FeedForward))
            throw new ArgumentException($"FeedForward {FeedForward} must be one of {string.Join(", ", Enum.GetNames<FeedForwardKind>())}.");
        if (Width % Heads != 0)
            throw new ArgumentException($"Width {Width} is not divisible by Heads {Heads}; choose a multiple.");
    }
}
