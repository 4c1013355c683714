using VFMTok.Numpy;
using VFMTok.Tests.Shared;
using static VFMTok.Tests.Numpy.NumpyFixtures;

namespace VFMTok.Tests.Numpy;

public class NpyReaderTests
{
    [Theory]
    [InlineData("bool", new[] { 1.0, 0, 1 })]
    [InlineData("uint8", new[] { 0.0, 255, 7 })]
    [InlineData("int32", new[] { -1.0, int.MaxValue, int.MinValue })]
    [InlineData("int64", new[] { -1.0, 9223372036854775808.0, -9223372036854775808.0 })]
    [InlineData("float16", new[] { 1.5, -65504, double.PositiveInfinity })]
    [InlineData("float32", new[] { 1.5, (double)3.4e38f, double.NaN })]
    [InlineData("float64", new[] { 1.5, 1e300, double.NegativeInfinity })]
    [InlineData("fortran", new[] { 0.0, 1, 2, 3, 4, 5 })]
    [InlineData("scalar", new[] { 2.5 })]
    [InlineData("empty", new double[0])]
    public void Every_type_of_numpys_is_read(string name, double[] expected)
    {
        using var file = NpzFile.Open(NumpyFixtures.Path("types.npz"));
        using var reader = file.Get(name);
        Assert.Equal(expected, reader.ReadDoubles());
        using var again = file.Get(name);
        Assert.Equal(expected.Select(v => (float)v), again.ReadFloats());
    }

    [Fact]
    public void Whole_numbers_bytes_and_texts_are_read()
    {
        using var file = NpzFile.Open(NumpyFixtures.Path("types.npz"));
        Assert.Equal([-1L, long.MaxValue, long.MinValue], Read(file, "int64", r => r.ReadIntegers()));
        Assert.Equal([1L, 0, 1], Read(file, "bool", r => r.ReadIntegers()));
        Assert.Equal(new byte[] { 0, 255, 7 }, Read(file, "uint8", r => r.ReadBytes()));
        Assert.Equal("größe", Read(file, "text", r => r.ReadText()));
    }

    [Theory]
    [InlineData("float32", "its array 'float32' holds float32 where whole numbers are needed")]
    [InlineData("big_endian", "its array 'big_endian' is big-endian ('>f8')")]
    public void Other_types_are_refused_as_whole_numbers(string name, string fault) => Refused("types.npz", fault, file => Read(file, name, r => r.ReadIntegers()));

    [Fact]
    public void Objects_and_records_are_refused()
    {
        Refused("objects.npz", "its array 'x' holds Python objects, which are pickles and can run any code when they are loaded; save it as an array of numbers", file => file.Get("x"));
        Refused("structured.npz", "its array 'x' has elements of several fields; save each field as an array of its own", file => file.Get("x"));
        Refused("types.npz", "its array 'float64' holds float64 where uint8 is needed", file => Read(file, "float64", r => r.ReadBytes()));
        Refusal.Of<InvalidNumpyFileException>(Name, "no text in UTF-8", () => Open(Npy("|u1", "(1,)", 255)).ReadText());
    }

    [Fact]
    public void Limits_hold()
    {
        Refusal.Of<InvalidNumpyFileException>(Name, "has 4 elements where at most 3 are read", () => Open(Npy("|u1", "(4,)", 1, 2, 3, 4)).ReadDoubles(3));
        Refusal.Of<InvalidNumpyFileException>(Name, "has 4611686018427387904 elements where at most 2147483591 are read", () => OpenUnknown(Npy("|u1", "(4611686018427387904,)")).ReadBytes(long.MaxValue));
    }

    [Fact]
    public void What_is_claimed_takes_no_memory()
    {
        var claim = Npy("<f8", "(2000000000,)", 1, 2, 3);
        Refusal.Of<InvalidNumpyFileException>(Name, "before its data do", () => OpenUnknown(claim).ReadDoubles(2_000_000_000)); // Refusal watches the memory
        Refusal.Of<InvalidNumpyFileException>(Name, "3 bytes of data where its shape (2000000000,) of float64 needs 16000000000", () => Open(claim));
    }

    [Fact]
    public void Many_elements_are_read_in_their_order()
    {
        var values = Enumerable.Range(0, 300_001).Select(i => i * 0.25).ToArray();
        using var stream = new MemoryStream();
        NpyWriter.Write<double>(stream, values);
        using var reader = OpenUnknown(stream.ToArray());
        Assert.Equal(values, reader.ReadDoubles());
        Assert.Equal(["An array is read once; open it again."], [Assert.Throws<InvalidOperationException>(() => reader.ReadDoubles()).Message]);
    }

    [Fact]
    public void Bytes_behind_the_data_are_refused_also_where_no_length_is_known()
    {
        Refusal.Of<InvalidNumpyFileException>(Name, "goes on after its data", () => OpenUnknown(Npy("|u1", "(1,)", 1, 2)).ReadBytes());
        Refusal.Of<InvalidNumpyFileException>(Name, "ends after", () => OpenUnknown(Npy("|u1", "(3,)", 1, 2)).ReadBytes());
    }

    [Fact]
    public void Shapes_and_numbers_can_be_required()
    {
        using var reader = Open(Npy("|u1", "(2, 2)", 1, 2, 3, 4));
        Assert.Same(reader, reader.Require(2, -1));
        Refusal.Of<InvalidNumpyFileException>(Name, "has the shape (2, 2) where (any, 3) is needed", () => reader.Require(-1, 3));
        Refusal.Of<InvalidNumpyFileException>(Name, "has the shape (2, 2) where (4,) is needed", () => reader.Require(4));
        reader.RequireFinite<double>([1, 2]);
        Refusal.Of<InvalidNumpyFileException>(Name, "has the number NaN at index 1", () => { reader.RequireFinite<double>([1, double.NaN]); return null; });
    }

    [Fact]
    public void Fortran_order_is_read_of_matrices_only()
    {
        static byte[] Fortran(string shape) => Npy($"{{'descr': '|u1', 'fortran_order': True, 'shape': {shape}}}", 1, 2, 3, 4);
        Assert.Equal(new byte[] { 1, 3, 2, 4 }, Open(Fortran("(2, 2)")).ReadBytes());
        Assert.Equal(new byte[] { 1, 2, 3, 4 }, Open(Fortran("(4,)")).ReadBytes());
        Refusal.Of<InvalidNumpyFileException>(Name, "has the shape (2, 1, 2) in Fortran order", () => Open(Fortran("(2, 1, 2)")).ReadBytes());
        Refusal.Of<InvalidNumpyFileException>(Name, "has the shape (2, 2) in Fortran order", () => Open(Fortran("(2, 2)")).Rows());
    }

    [Fact]
    public void A_file_that_is_none_is_told()
    {
        using var folder = new WorkFolder();
        Assert.Throws<FileNotFoundException>(() => NpyReader.Open(folder.Path("none.npy")));
        Assert.Contains("is a folder", Assert.Throws<InvalidNumpyFileException>(() => NpyReader.Open(System.IO.Path.GetTempPath())).Message);
    }

    private static T Read<T>(NpzFile file, string name, Func<NpyReader, T> read)
    {
        using var reader = file.Get(name);
        return read(reader);
    }

    private static void Refused(string fixture, string fault, Func<NpzFile, object?> read)
    {
        using var file = NpzFile.Open(NumpyFixtures.Path(fixture));
        Refusal.Of<InvalidNumpyFileException>(fixture, fault, () => read(file));
    }
}
