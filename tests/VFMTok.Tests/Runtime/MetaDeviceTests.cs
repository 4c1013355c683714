using TorchSharp;
using VFMTok.Generation;
using VFMTok.Runtime;

namespace VFMTok.Tests.Runtime;

public class MetaDeviceTests
{
    [Fact]
    public void Networks_made_inside_have_the_same_names_and_shapes_and_no_numbers()
    {
        using var real = new AutoregressiveTransformer(GeneratorConfig.Tiny);
        using var meta = MetaDevice.Run(() => new AutoregressiveTransformer(GeneratorConfig.Tiny));
        Assert.Equal(real.named_parameters().Select(p => (p.name, string.Join(',', p.parameter.shape), p.parameter.requires_grad)),
            meta.named_parameters().Select(p => (p.name, string.Join(',', p.parameter.shape), p.parameter.requires_grad)));
        Assert.All(meta.state_dict().Values, t => Assert.Equal(DeviceType.META, t.device_type));
        Assert.All(real.state_dict().Values, t => Assert.Equal(DeviceType.CPU, t.device_type));
    }

    [Fact]
    public void It_draws_nothing_and_ends_with_its_run_on_its_thread_alone()
    {
        var undisturbed = SeededDraws.Run(1, () => (Next(), Next()));
        var disturbed = SeededDraws.Run(1, () =>
        {
            var first = Next();
            MetaDevice.Run(() =>
            {
                new AutoregressiveTransformer(GeneratorConfig.Tiny).Dispose();
                Assert.Throws<InvalidOperationException>(() => MetaDevice.Run<int>(() => throw new InvalidOperationException()));
                Assert.True(MetaDevice.IsOn);
                var other = new Thread(() => Assert.False(MetaDevice.IsOn));
                other.Start();
                other.Join();
                return 0;
            });
            Assert.False(MetaDevice.IsOn);
            return (first, Next());
        });
        Assert.Equal(undisturbed, disturbed);

        static float Next()
        {
            using var number = SeededDraws.Uniform(torch.CPU, 1);
            return number.item<float>();
        }
    }
}
