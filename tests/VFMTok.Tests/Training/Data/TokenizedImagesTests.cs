using VFMTok.Training;

namespace VFMTok.Tests.Training.Data;

public class TokenizedImagesTests
{
    [Fact]
    public void Tokens_stand_image_after_image_variant_after_variant_rank_after_rank()
    {
        var data = new TokenizedImages([.. Enumerable.Range(0, 2 * 3 * 2 * 4)], [1, 0], 2, 48, ["a", "b"], "hash", variants: 3, ranks: 2);
        var tokens = new int[4];
        data.Read(1, 2, 1, tokens);
        Assert.Equal([44, 45, 46, 47], tokens);
        Assert.Equal((2, 1, 0), (data.Count, data.Label(0), data.Label(1)));
    }

    [Fact]
    public void The_fingerprint_tells_sets_apart()
    {
        static string Of(int token, int label, string name) => new TokenizedImages([token, 1, 2, 3], [label], 2, 9, ["a", name], "hash").Fingerprint;
        string[] all = [Of(0, 0, "b"), Of(5, 0, "b"), Of(0, 1, "b"), Of(0, 0, "c")];
        Assert.Equal(4, all.Distinct().Count());
        Assert.Equal(all[0], Of(0, 0, "b"));
    }

    [Fact]
    public void What_does_not_fit_together_is_refused()
    {
        TokenizedImages Make(int[] tokens, int[] labels, int variants = 1) => new(tokens, labels, 2, 9, ["a", "b"], "hash", variants);
        Assert.Contains("'tokens' has 4 elements where 8 are needed", Assert.Throws<ArgumentException>(() => Make([0, 1, 2, 3], [0, 1])).Message);
        Assert.Contains("Token 9 is out of range; allowed are 0 to 8", Assert.Throws<ArgumentOutOfRangeException>(() => Make([0, 1, 2, 9], [0])).Message);
        Assert.Contains("Class 2 is out of range; allowed are 0 to 1", Assert.Throws<ArgumentOutOfRangeException>(() => Make([0, 1, 2, 3], [2])).Message);
        Assert.Contains("There are 0 variants", Assert.Throws<ArgumentException>(() => Make([], [], 0)).Message);
    }
}
