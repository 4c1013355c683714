using VFMTok.Numpy;
using VFMTok.Tests.Shared;

namespace VFMTok.Tests.Numpy;

public class NpyHeaderTests
{
    [Theory]
    [InlineData("version1.npy")]
    [InlineData("version2.npy")]
    [InlineData("version3.npy")]
    public void Each_version_is_read(string file)
    {
        using var reader = NpyReader.Open(NumpyFixtures.Path(file));
        Assert.Equal((NpyType.Int32, false, 6L), (reader.Header.Type, reader.Header.FortranOrder, reader.Header.Count));
        Assert.Equal([2L, 3], reader.Header.Shape);
        Assert.Equal([0L, 1, 2, 3, 4, 5], reader.ReadIntegers());
    }

    [Fact]
    public void A_header_is_written_as_numpy_writes_it() =>
        Assert.Equal(File.ReadAllBytes(NumpyFixtures.Path("version1.npy"))[..128], new NpyHeader(NpyType.Int32, false, [2, 3]).ToBytes());

    [Fact]
    public void Data_start_at_a_multiple_of_64_whatever_the_shape()
    {
        for (var dimensions = 0; dimensions <= 32; dimensions++)
        {
            var bytes = new NpyHeader(NpyType.UInt8, false, [.. Enumerable.Repeat(1234L, dimensions == 32 ? 0 : dimensions % 5), .. Enumerable.Repeat(1L, dimensions)]).ToBytes();
            Assert.Equal((0, (byte)'\n'), (bytes.Length % 64, bytes[^1]));
        }
    }

    [Theory]
    [InlineData("(4611686018427387904,)", "where its shape (4611686018427387904,) of uint8 needs 4611686018427387904")]
    [InlineData("(4611686018427387904, 2)", "impossible shape")]
    [InlineData("(4294967296, 4294967296)", "impossible shape")]
    [InlineData("(4611686018427387904, 0, 4)", "impossible shape")]
    [InlineData("(9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807)", "impossible shape")]
    [InlineData("(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)", "more than 32 dimensions")]
    [InlineData("(5,)", "4 bytes of data where its shape (5,) of uint8 needs 5")]
    [InlineData("(3,)", "4 bytes of data where its shape (3,) of uint8 needs 3")]
    [InlineData("()", "4 bytes of data where its shape () of uint8 needs 1")]
    public void A_shape_that_the_data_do_not_have_is_refused(string shape, string fault) =>
        Refusal.Of<InvalidNumpyFileException>(NumpyFixtures.Name, fault, () => NumpyFixtures.Open(NumpyFixtures.Npy("|u1", shape, 1, 2, 3, 4)));

    [Fact]
    public void A_prefix_that_lies_is_refused()
    {
        var sound = NumpyFixtures.Npy("|u1", "(1,)", 1);
        Refused("does not begin as a NumPy array does", [1, .. sound[1..]]);
        Refused("the version 4.0", [.. sound[..6], 4, .. sound[7..]]);
        Refused("the version 1.1", [.. sound[..7], 1, .. sound[8..]]);
        Refused("the version 0.0", [.. sound[..6], 0, .. sound[7..]]);
        Refused("a header of 4294967295 bytes where at most 65536", [.. sound[..6], 2, 0, 255, 255, 255, 255, .. sound[10..]]);
        Refused("a header of 65537 bytes where at most 65536", [.. sound[..6], 3, 0, 1, 0, 1, 0, .. sound[10..]]);
        Refused("ends after", [.. sound[..8], 255, 255, .. sound[10..]]);
        Refused("ends after 0 bytes", []);
    }

    private static void Refused(string fault, byte[] bytes) => Refusal.Of<InvalidNumpyFileException>(NumpyFixtures.Name, fault, () => NumpyFixtures.Open(bytes));
}
