using VFMTok.Training;

namespace VFMTok.Tests.Training;

public class RunIdentityTests
{
    [Fact]
    public void Options_that_change_a_step_are_part_of_it_and_others_are_not()
    {
        var identity = RunIdentity.Of(new TokenizerTrainingOptions(), ("Images", "5"));
        Assert.Null(RunIdentity.Difference(identity, RunIdentity.Of(new TokenizerTrainingOptions { Folder = "there", CheckpointEvery = 3, PictureEvery = 9 }, ("Images", "5"))));
        Assert.Equal("BatchSize is 16 there and 8 here", RunIdentity.Difference(identity, RunIdentity.Of(new TokenizerTrainingOptions { BatchSize = 8 }, ("Images", "5"))));
        Assert.Equal("Images is \"5\" there and \"6\" here", RunIdentity.Difference(identity, RunIdentity.Of(new TokenizerTrainingOptions(), ("Images", "6"))));
        Assert.Equal("Codebook.KMeansStart is true there and false here", RunIdentity.Difference(identity, RunIdentity.Of(new TokenizerTrainingOptions { Codebook = { KMeansStart = false } }, ("Images", "5"))));
        Assert.StartsWith("Adversarial is null there and absent here", RunIdentity.Difference(identity, RunIdentity.Of(new TokenizerTrainingOptions { Adversarial = new() }, ("Images", "5"))));
        Assert.StartsWith("Config.CodebookSize is 512 there and 1024 here", RunIdentity.Difference(identity, RunIdentity.Of(new TokenizerTrainingOptions { Config = VFMTok.Tokenizer.TokenizerConfig.Tiny with { CodebookSize = 1024 } }, ("Images", "5"))));
    }
}
