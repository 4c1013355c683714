using TorchSharp;
using VFMTok.Training;

namespace VFMTok.Tests.Runtime;

/// <summary>Counts tensors, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(LeakTests), DisableParallelization = true)]
[Collection(nameof(LeakTests))]
public class LeakTests
{
    [Fact]
    public void Using_a_model_leaves_nothing_behind()
    {
        using var tokenizer = TokenizerTrainer.Train(new TokenizerTrainingOptions { Steps = 1, BatchSize = 2 }, new Flat());
        var (rgb, tokens) = (new byte[2 * 64 * 64 * 3], new int[2 * 36]);
        tokenizer.Encode(rgb, 2, tokens);
        Settle();
        var before = torch.Tensor.TotalCount;
        for (var i = 0; i < 5; i++)
        {
            tokenizer.Encode(rgb, 2, tokens);
            tokenizer.Decode(tokens, 2, rgb);
        }
        Assert.Equal(before, torch.Tensor.TotalCount);
    }

    private static void Settle()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private sealed class Flat : ITrainingImages
    {
        public int Count => 3;

        public void Read(int index, int size, Random? augmentation, Span<byte> rgb) => rgb.Fill((byte)(80 * index));
    }
}
