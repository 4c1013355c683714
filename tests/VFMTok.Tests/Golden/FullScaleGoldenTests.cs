using static TorchSharp.torch;

namespace VFMTok.Tests.Golden;

/// <summary>The golden cases of the paper's own sizes: a gigabyte and a half of weights, and a minute. VFMTOK_SKIP_FULLSCALE=1 leaves them out on small machines.</summary>
[Trait("Category", "Golden")]
[Trait("Category", "FullScale")]
public class FullScaleGoldenTests
{
    private static readonly Dictionary<string, Action<GoldenCase>> Runners = new()
    {
        [FullScaleRunners.TokenizerKind] = FullScaleRunners.Tokenizer,
        [FullScaleRunners.GeneratorKind] = FullScaleRunners.Generator,
    };

    public static TheoryData<string, string> Cases() => GoldenTests.CasesOf(Runners.ContainsKey);

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Case(string kind, string folder)
    {
        Skip.If(kind.Length == 0, "there are no golden cases of full size");
        Skip.If(Environment.GetEnvironmentVariable("VFMTOK_SKIP_FULLSCALE") == "1", "VFMTOK_SKIP_FULLSCALE is set");
        using var scope = NewDisposeScope();
        using var golden = new GoldenCase(Path.Combine(GoldenTests.Root, folder));
        Runners[kind](golden);
    }
}
