using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Foundation;
using VFMTok.Generation;
using VFMTok.Runtime;
using VFMTok.Tokenizer;

namespace VFMTok.Tests.Runtime;

public class WeightsTests
{
    [Fact]
    public void Networks_made_inside_a_dispose_scope_outlive_it()
    {
        VfmTokenizer tokenizer;
        AutoregressiveTransformer generator;
        using (torch.NewDisposeScope())
        {
            tokenizer = new VfmTokenizer(TokenizerConfig.Tiny);
            generator = new AutoregressiveTransformer(GeneratorConfig.Tiny);
        }
        foreach (var (network, names) in new (torch.nn.Module, NameMap)[] { (tokenizer, VfmTokenizer.Names), (generator, AutoregressiveTransformer.Names) })
            using (network)
            {
                using var whole = network is VfmTokenizer ? (torch.nn.Module)new VfmTokenizer(TokenizerConfig.Tiny) : new AutoregressiveTransformer(GeneratorConfig.Tiny);
                Assert.Equal(whole.state_dict().Keys, network.state_dict().Keys);
                Assert.All(network.parameters(), p => Assert.False(p.IsInvalid));
                Assert.All(StateDict.Of(network, names), t => Assert.True(t.Tensor.numel() > 0));
            }
    }

    [Fact]
    public void Every_start_value_is_finite_and_the_same_for_a_seed()
    {
        string Make()
        {
            using var model = new VfmTokenizerModel(SeededDraws.Run(3, () => new VfmTokenizer(TokenizerConfig.Tiny)), ComputeDevice.Cpu);
            Assert.All(StateDict.Of(model.Network, VfmTokenizer.Names), t => Assert.True(t.Tensor.isfinite().all().item<bool>(), t.Name));
            return model.Hash;
        }
        Assert.Equal(Make(), Make());
    }

    [Fact]
    public void The_shipped_tiny_model_loads_and_featurizes()
    {
        using var model = VfmFoundationModel.Tiny();
        Assert.Equal(VisionTransformerConfig.Tiny, model.Config);
        var features = new float[model.FeatureCount];
        model.Featurize(new byte[64 * 64 * 3], 1, features);
        Assert.All(features, f => Assert.True(float.IsFinite(f)));
        Assert.Contains(features, f => f != 0);
    }
}
