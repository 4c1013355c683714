using VFMTok.Imaging.Lmdb;

namespace VFMTok.Tests.Imaging.Lmdb;

public class LmdbAddressTests
{
    [Theory]
    [InlineData("/data/set", 0)]
    [InlineData("a#b", 17)]
    [InlineData("C:\\x y", int.MaxValue)]
    public void An_address_comes_apart_as_it_was_put_together(string path, int index)
    {
        Assert.True(LmdbAddress.TryParse(LmdbAddress.Of(path, index), out var foundPath, out var foundIndex));
        Assert.Equal((path, index), (foundPath, foundIndex));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.jpg#3")]
    [InlineData("lmdb:")]
    [InlineData("lmdb:a")]
    [InlineData("lmdb:a#")]
    [InlineData("lmdb:a#-1")]
    [InlineData("lmdb:a#9999999999")]
    [InlineData("LMDB:a#1")]
    public void Anything_else_is_the_path_of_a_file(string text) => Assert.False(LmdbAddress.TryParse(text, out _, out _));
}
