using VFMTok.Tokenizer;

namespace VFMTok.Examples.Ablation;

/// <summary>A row of the ablation: a tokenizer that differs from its neighbours by one component (paper table 4).</summary>
/// <param name="Key">Letter and short name, for files and flags.</param>
/// <param name="Name">As the table calls it.</param>
/// <param name="Config">Sizes.</param>
/// <param name="FeatureWeight">Weight of the feature reconstruction; 0 = without.</param>
/// <param name="Paper">The same row of the paper's table 4; null = it has none.</param>
internal sealed record Variant(string Key, string Name, TokenizerConfig Config, double FeatureWeight = 0, PaperRow? Paper = null)
{
    // The grids have 8 x 8 tokens, one per patch; the queries are 6 x 6: 0.56 times as many (in the paper 256 to 576, 0.44).
    private static readonly TokenizerConfig Queries = TokenizerConfig.Tiny with { SlotGrid = 6 };

    /// <summary>All of them, in the order of the table.</summary>
    public static IReadOnlyList<Variant> All { get; } =
    [
        new("a-grid", "VQGAN: plain grid", TokenizerConfig.Tiny with { Encoder = TokenEncoderKind.Convolutional }, Paper: new(576, 0.95, 3.71, 228.3, 23.1)),
        new("b-frozen", "+ frozen VFM, grid", TokenizerConfig.Tiny with { Encoder = TokenEncoderKind.Grid }, Paper: new(576, 0.99, 3.69, 267.5, 56.4)),
        new("c-region", "+ region-adaptive, last level", Queries with { Levels = [TokenizerConfig.Tiny.Levels[^1]] }, Paper: new(256, 1.20, 3.98, 241.6, 41.5)),
        new("d-levels", "+ multi-level", Queries, Paper: new(256, 0.92, 3.71, 251.1, 22.7)),
        new("e-vfmtok", "+ feature reconstruction = VFMTok", Queries, FeatureWeight: 1, Paper: new(256, 0.89, 3.42, 277.3, 69.4)),
        new("f-vfmtok64", "VFMTok with as many tokens as the grids", TokenizerConfig.Tiny, FeatureWeight: 1),
    ];
}

/// <summary>A row of the paper's table 4: ImageNet, tokenizer and generator (size L) trained for 50 epochs, with guidance.</summary>
/// <param name="Tokens">Per image.</param>
/// <param name="Reconstruction">rFID.</param>
/// <param name="Generation">gFID.</param>
/// <param name="Score">Inception score of the generated images.</param>
/// <param name="Probe">Linear probe, percent.</param>
internal sealed record PaperRow(int Tokens, double Reconstruction, double Generation, double Score, double Probe);
