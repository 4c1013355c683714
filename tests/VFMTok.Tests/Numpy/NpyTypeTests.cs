using VFMTok.Numpy;
using VFMTok.Tests.Shared;

namespace VFMTok.Tests.Numpy;

public class NpyTypeTests
{
    [Theory]
    [InlineData("|b1", "bool", 1)]
    [InlineData("|u1", "uint8", 1)]
    [InlineData("<u1", "uint8", 1)]
    [InlineData("<i4", "int32", 4)]
    [InlineData("<i8", "int64", 8)]
    [InlineData("<f2", "float16", 2)]
    [InlineData("<f4", "float32", 4)]
    [InlineData("<f8", "float64", 8)]
    public void Known_types_are_read(string code, string name, int size)
    {
        var type = NpyTypes.Parse(code, new NpySource("a"));
        Assert.Equal((name, size), (NpyTypes.NameOf(type), NpyTypes.SizeOf(type)));
    }

    [Theory]
    [InlineData("|O", "Python objects, which are pickles and can run any code")]
    [InlineData("|O8", "Python objects")]
    [InlineData(">f4", "big-endian ('>f4'); convert it with array.astype('<f4')")]
    [InlineData("<U3", "the type '<U3', and only bool, uint8, int32, int64, float16, float32, float64 are read")]
    [InlineData("|V8", "the type '|V8'")]
    [InlineData("<c8", "the type '<c8'")]
    [InlineData("|f4", "the type '|f4'")]
    [InlineData("f4", "the type 'f4'")]
    [InlineData("<", "the type '<'")]
    [InlineData("", "the type ''")]
    public void Others_are_refused(string code, string fault) =>
        Refusal.Of<InvalidNumpyFileException>(NumpyFixtures.Name, fault, () => NpyTypes.Parse(code, new NpySource(NumpyFixtures.Name)));
}
