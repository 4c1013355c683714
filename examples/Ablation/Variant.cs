using VFMTok.Tokenizer;

namespace VFMTok.Examples.Ablation;

/// <summary>A row of the ablation: a tokenizer that differs from its neighbours by one component (paper table 4).</summary>
/// <param name="Key">Letter and short name, for files and flags.</param>
/// <param name="Name">As the table calls it.</param>
/// <param name="Config">Sizes.</param>
/// <param name="FeatureWeight">Weight of the feature reconstruction; 0 = without.</param>
internal sealed record Variant(string Key, string Name, TokenizerConfig Config, double FeatureWeight = 0)
{
    // The grids have 8 x 8 tokens, one per patch; the queries are 6 x 6: 0.56 times as many (in the paper 256 to 576, 0.44).
    private static readonly TokenizerConfig Queries = TokenizerConfig.Tiny with { SlotGrid = 6 };

    /// <summary>All of them, in the order of the table.</summary>
    public static IReadOnlyList<Variant> All { get; } =
    [
        new("a-grid", "VQGAN: plain grid", TokenizerConfig.Tiny with { Encoder = TokenEncoderKind.Convolutional }),
        new("b-frozen", "+ frozen VFM, grid", TokenizerConfig.Tiny with { Encoder = TokenEncoderKind.Grid }),
        new("c-region", "+ region-adaptive, last level", Queries with { Levels = [TokenizerConfig.Tiny.Levels[^1]] }),
        new("d-levels", "+ multi-level", Queries),
        new("e-vfmtok", "+ feature reconstruction = VFMTok", Queries, FeatureWeight: 1),
        new("f-vfmtok64", "VFMTok with as many tokens as the grids", TokenizerConfig.Tiny, FeatureWeight: 1),
    ];

    /// <summary>Whether the row is one of the paper's components.</summary>
    public bool IsMain => Key[0] <= 'e';
}
