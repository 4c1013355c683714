using VFMTok.ML.Models;
using VFMTok.ML.Tests.Components;

namespace VFMTok.ML.Tests.Models;

public class TokenizerRegistryTests
{
    [Fact]
    public void Of_equal_tokenizers_one_that_goes_leaves_the_others()
    {
        const long Seed = 4711; // of no other test
        var first = TestModels.Tokenizer(Seed);
        using var second = TestModels.Tokenizer(Seed);
        Assert.Null(TokenizerRegistry.TryFind(first.Hash));
        TokenizerRegistry.Add(first);
        TokenizerRegistry.Add(second);
        TokenizerRegistry.Add(first);
        Assert.Same(first, TokenizerRegistry.TryFind(first.Hash));
        first.Dispose();
        Assert.Same(second, TokenizerRegistry.Find(second.Hash, "Tokens"));
        second.Dispose();
        Assert.Equal($"The tokens in column 'Tokens' were made by tokenizer {second.Hash}, which is not loaded in this process; load it and pass it to this step.",
            Assert.Throws<InvalidOperationException>(() => TokenizerRegistry.Find(second.Hash, "Tokens")).Message);
    }
}
