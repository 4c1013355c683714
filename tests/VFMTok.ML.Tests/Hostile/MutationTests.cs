using CsCheck;
using VFMTok.Tests.Shared;

namespace VFMTok.ML.Tests.Hostile;

/// <summary>A sound model zip, damaged at random: it is loaded or refused, soon, and the process lives. VFMTOK_MUTATIONS sets the number; without it a few seconds are spent.</summary>
public class MutationTests
{
    private const int FewMutations = 500;

    private static readonly long Mutations = long.TryParse(Environment.GetEnvironmentVariable("VFMTOK_MUTATIONS"), out var count) && count > 0 ? count : FewMutations;

    [Fact]
    public void A_damaged_zip_is_loaded_or_refused() => Gen.Int.Sample(
        seed =>
        {
            var bytes = ByteMutations.Of(seed % 16 == 0 ? ModelFile.Zip : ModelFile.SmallZip, ModelFile.SmallZip, seed);
            var error = Refusal.Outcome(() =>
            {
                ModelZipTarget.Read(bytes);
                return null;
            });
            return error is null || HostileTargets.IsPromised(error) ? true : throw new InvalidOperationException($"{error.GetType().Name}: {error.Message}", error);
        },
        iter: Mutations, threads: 1);
}
