using VFMTok.Numpy;
using VFMTok.Tests.Shared;

namespace VFMTok.Tests.Numpy;

/// <summary>Files of NumPy's, cut at every byte and damaged at random: they are read or refused. See MutationTests for more.</summary>
public class NumpyHostileTests
{
    [Theory]
    [InlineData("stored.npz")]
    [InlineData("deflated.npz")]
    [InlineData("types.npz")]
    [InlineData("version1.npy")]
    [InlineData("version2.npy")]
    public void A_file_that_is_cut_anywhere_is_refused(string file)
    {
        var sound = File.ReadAllBytes(NumpyFixtures.Path(file));
        for (var length = 0; length < sound.Length; length++)
        {
            var error = Record.Exception(() => HostileTargets.All["numpy"](sound[..length]));
            Assert.True(error is InvalidNumpyFileException, $"{length} of {sound.Length} bytes: {error}");
        }
    }

    [Theory]
    [InlineData("stored.npz")]
    [InlineData("deflated.npz")]
    [InlineData("types.npz")]
    [InlineData("version1.npy")]
    [InlineData("version3.npy")]
    public void A_file_whose_bits_are_turned_is_read_or_refused(string file)
    {
        var sound = File.ReadAllBytes(NumpyFixtures.Path(file));
        var random = new Random(20250701);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = (byte[])sound.Clone();
            for (var turns = random.Next(3); turns >= 0; turns--) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            var error = Record.Exception(() => HostileTargets.All["numpy"](bytes));
            Assert.True(error is null or InvalidNumpyFileException, $"{i}: {error}");
        }
    }

    [Fact]
    public void An_archive_does_not_burst()
    {
        var zeros = ZipBytes.Of(new ZipRecord("arr_0.npy", NumpyFixtures.Npy("|u1", "(100000000,)", new byte[100_000_000])) { Deflated = true }); // 100 kB
        Refusal.Of<InvalidNumpyFileException>(NumpyFixtures.Name, "has 100000000 elements where at most 67108864 are read", () =>
        {
            using var file = new NpzFile(new MemoryStream(zeros), NumpyFixtures.Name);
            using var reader = file.Get("arr_0");
            return reader.ReadBytes();
        });
    }
}
