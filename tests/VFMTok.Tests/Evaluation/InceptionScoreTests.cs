using VFMTok.Evaluation;

namespace VFMTok.Tests.Evaluation;

public class InceptionScoreTests
{
    private const float Sure = 100;

    [Fact]
    public void Clear_images_of_equally_many_classes_score_their_number()
    {
        var score = new InceptionScore();
        for (var c = 0; c < 4; c++) score.Add(Logits(4, c), 4);
        Assert.Equal(4, score.Value, 1e-9);
    }

    [Fact]
    public void Images_that_are_all_alike_score_1_be_they_clear_or_not()
    {
        InceptionScore clear = new(), vague = new();
        for (var i = 0; i < 3; i++)
        {
            clear.Add(Logits(5, 2), 5);
            vague.Add(new float[5], 5);
        }
        Assert.Equal(1, clear.Value, 1e-9);
        Assert.Equal(1, vague.Value, 1e-9);
    }

    [Fact]
    public void Splits_are_scored_alone_and_the_last_may_be_shorter()
    {
        var score = new InceptionScore(splitSize: 2);
        score.Add([.. Logits(3, 0), .. Logits(3, 1), .. Logits(3, 2)], 3);
        Assert.Equal(2, score.Splits.Count);
        Assert.Equal(2, score.Splits[0], 1e-9);
        Assert.Equal(1, score.Splits[1], 1e-9);
        Assert.Equal(1.5, score.Value, 1e-9);
    }

    [Fact]
    public void Bad_input_is_one_sentence()
    {
        var score = new InceptionScore();
        Assert.Equal("An inception score needs images and there are none; add some.", Assert.Throws<InvalidOperationException>(() => score.Value).Message);
        Assert.StartsWith("'logits' has 5 numbers, which are no whole rows of 3 classes (2 at least).", Assert.Throws<ArgumentException>(() => score.Add(new float[5], 3)).Message);
        score.Add(new float[3], 3);
        Assert.StartsWith("Images had 3 classes before and have 4 now;", Assert.Throws<ArgumentException>(() => score.Add(new float[4], 4)).Message);
        Assert.StartsWith("Splits of 0 images are out of range;", Assert.Throws<ArgumentOutOfRangeException>(() => new InceptionScore(0)).Message);
    }

    private static float[] Logits(int classes, int likely) => [.. Enumerable.Range(0, classes).Select(c => c == likely ? Sure : 0)];
}
