using Microsoft.ML;
using VFMTok.ML.Tests.Components;
using VFMTok.Runtime;

namespace VFMTok.ML.Tests.Interop;

/// <summary>Devices that this machine does not have. Where there is a GPU these indices are beyond it.</summary>
public class DeviceTests
{
    [Theory]
    [InlineData(97)]
    [InlineData(-1)]
    public void A_gpu_that_is_not_there_is_an_error_that_names_it(int index)
    {
        var error = Assert.Throws<InvalidOperationException>(() => ComputeDevice.Select(index, fallbackToCpu: false));
        Assert.StartsWith($"GPU {index} was asked for but ", error.Message);
        Assert.Contains("FallbackToCpu", error.Message);
    }

    [Fact]
    public void Falling_back_takes_the_cpu() => Assert.Equal(ComputeDevice.Cpu, ComputeDevice.Select(97, fallbackToCpu: true));

    [Fact]
    public void Fit_asks_the_context_for_its_device()
    {
        using var pictures = new PictureFolder(2);
        var ml = new MLContext(seed: 1) { GpuDeviceId = 97, FallbackToCpu = false };
        var options = new VfmTokenizeOptions { Training = { Steps = 1, BatchSize = 1 } };
        var error = Assert.Throws<InvalidOperationException>(() => ml.Transforms.VfmTokenize("Tokens", "Path", options).Fit(pictures.Rows(ml)));
        Assert.StartsWith("GPU 97 was asked for", error.Message);

        ml.FallbackToCpu = true;
        using var model = ml.Transforms.VfmTokenize("Tokens", "Path", options).Fit(pictures.Rows(ml));
        Assert.Equal(ComputeDevice.Cpu, model.Tokenizer.Device);
    }
}
