using VFMTok.Training;

namespace VFMTok.Tests.Training.Codes;

public class CodeEncodingSummaryTests
{
    [Theory]
    [InlineData(3000, 0, 2, 12, "tokenized 3000 images in 2 variants in 12 s")]
    [InlineData(3000, 0, 1, 0.44, "tokenized 3000 images in 1 variant in 0.4 s")]
    [InlineData(1000, 2000, 10, 75, "tokenized 1000 images in 10 variants in 1:15; 2000 images found in the cache")]
    [InlineData(0, 3000, 2, 1, "3000 images found in the cache")]
    [InlineData(0, 0, 2, 0, "tokenized 0 images in 2 variants in 0 s")]
    public void It_says_what_was_done(int encoded, int found, int variants, double seconds, string text) =>
        Assert.Equal(text, new CodeEncodingSummary(encoded, found, 0, variants, TimeSpan.FromSeconds(seconds)).ToString());
}
