namespace VFMTok.Cli.Tests;

public sealed class TrainingFlagsTests(TrainedModel trained) : IClassFixture<TrainedModel>
{
    [Fact]
    public void A_random_order_generator_is_trained_from_two_ranks_and_drawn_from_with_growing_guidance()
    {
        var (zip, run) = (Path.Combine(trained.Folder, "random-order.zip"), Path.Combine(trained.Folder, "random-order"));
        var training = TrainedModel.Run("train", "--images", trained.Images, "--tokenizer", trained.Zip, "--generator", "rar-tiny", "--ranks", "2", "--generator-steps", "2", "--output", zip, "--run", run);
        Assert.True(training.Code == 0, training.Error);
        Assert.Contains("\"Ranks\":2", File.ReadAllText(Directory.GetFiles(Path.Combine(run, "codes"), "codes.json").Single()).Replace(" ", ""));
        var drawn = TrainedModel.Run("generate", "--model", zip, "--class", "cat", "--count", "2", "--guidance", "4", "--guidance-power", "2.75", "--output", Path.Combine(trained.Folder, "drawn"));
        Assert.True(drawn.Code == 0, drawn.Error);
        Assert.Equal(3, Directory.GetFiles(Path.Combine(trained.Folder, "drawn"), "*.png").Length);
    }

    [Fact]
    public void An_unknown_generator_is_refused_with_the_known_ones()
    {
        var (code, _, error) = TrainedModel.Run("train", "--images", trained.Images, "--generator", "huge", "--output", Path.Combine(trained.Folder, "x.zip"));
        Assert.Equal(2, code);
        Assert.StartsWith("There is no generator 'huge'; allowed are B, L, XL,", error);
    }
}
