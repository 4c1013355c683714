using CsCheck;
using VFMTok.Tests.Shared;

namespace VFMTok.Tests.Hostile;

/// <summary>Sound files, damaged at random: they are read or refused, soon, and the process lives. VFMTOK_MUTATIONS sets the number for each target; without it a few seconds are spent.</summary>
public class MutationTests
{
    private const int FewMutations = 1500;

    private static readonly long Mutations = long.TryParse(Environment.GetEnvironmentVariable("VFMTOK_MUTATIONS"), out var count) && count > 0 ? count : FewMutations;

    private static readonly string Golden = Path.Combine(Repository.Root, "tests", "Golden");

    public static TheoryData<string> Targets() => [.. HostileTargets.All.Keys];

    [Theory]
    [MemberData(nameof(Targets))]
    public void A_damaged_file_is_read_or_refused(string target)
    {
        var (corpus, read) = (Corpus(target), HostileTargets.All[target]);
        Gen.Select(Gen.Int[0, corpus.Length - 1], Gen.Int[0, corpus.Length - 1], Gen.Int).Sample(
            (file, other, seed) =>
            {
                var bytes = ByteMutations.Of(corpus[file], corpus[other], seed);
                var error = Refusal.Outcome(() =>
                {
                    read(bytes);
                    return null;
                });
                return error is null || HostileTargets.IsPromised(error) ? true : throw new InvalidOperationException($"{error.GetType().Name}: {error.Message}", error);
            },
            iter: Mutations, threads: 1);
    }

    private static byte[][] Corpus(string target) => target switch
    {
        "safetensors" => [SmallModels.Generator, .. Files("checkpoints", "good_st_*"), .. Files("checkpoints", "content_*")],
        "checkpoint" => [TorchBytes.SoundZip, TorchBytes.SoundLegacy, SmallModels.Generator, .. Files("checkpoints", "ref_layout_*"), .. Files("checkpoints", "edge_*")],
        "image" => [ImageBytes.Png, ImageBytes.Jpeg, ImageBytes.Webp, ImageBytes.Bmp, ImageBytes.Gif, .. Files(Path.Combine("preprocess", "images"), "*")],
        "numpy" => [.. Numpy.NumpyFixtures.All],
        _ => [SmallModels.Generator, SmallModels.With("hash", _ => null)],
    };

    private static IEnumerable<byte[]> Files(string folder, string pattern) =>
        Directory.GetFiles(Path.Combine(Golden, folder), pattern).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).Where(bytes => bytes.Length < 1 << 18);
}
