using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Checkpoints;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Training.Discriminators;

/// <summary>PatchGAN: a small convolutional network that judges overlapping patches (arXiv 1611.07004; spec 8.6).</summary>
internal sealed class PatchDiscriminator : Discriminator
{
    private const int Kernel = 4;

    private readonly Convolution2D[] _convolutions;
    private readonly BatchNorm2d[] _norms;

    /// <param name="width">Channels after the first convolution; they double up to eight times that.</param>
    /// <param name="depth">Convolutions with a norm; all of them but the last halve the side, as the first one does.</param>
    public PatchDiscriminator(int width = 64, int depth = 3) : base(nameof(PatchDiscriminator))
    {
        using var scope = NewDisposeScope(); // holds the temporaries of the start values while libtorch reads them
        int Channels(int i) => width * Math.Min(1 << i, 8);
        _convolutions = [.. Enumerable.Range(0, depth + 2).Select(i => new Convolution2D(i == 0 ? 3 : Channels(i - 1), i > depth ? 1 : Channels(i), Kernel,
            stride: i < depth ? 2 : 1, padding: 1, hasBias: i == 0 || i > depth))];
        _norms = [.. Enumerable.Range(1, depth).Select(i => nn.BatchNorm2d(Channels(i)))];
        for (var i = 0; i < _convolutions.Length; i++) register_module(ConvolutionName(i), _convolutions[i]);
        for (var i = 0; i < _norms.Length; i++) register_module(NormName(i + 1), _norms[i]);
        foreach (var convolution in _convolutions) Weights.Set(convolution.Weight, SeededDraws.Normal(0.02, convolution.Weight.shape));
        foreach (var norm in _norms)
        {
            Weights.Set(norm.weight!, SeededDraws.Normal(0.02, norm.weight!.shape).Plus(1));
            nn.init.zeros_(norm.bias!);
        }
        Weights.Keep(this);
    }

    public override NameMap Names
    {
        get
        {
            var names = new NameMap
            {
                { "_weight", "weight" }, { "_bias", "bias" }, { "running_mean", "running_mean" }, { "running_var", "running_var" }, { "num_batches_tracked", "num_batches_tracked" },
            };
            for (var i = 0; i < _convolutions.Length; i++) names.Add(ConvolutionName(i), $"main.{(i == 0 ? 0 : 3 * i - 1)}");
            for (var i = 1; i <= _norms.Length; i++) names.Add(NormName(i), $"main.{3 * i}");
            return names;
        }
    }

    /// <param name="images">[B, 3, H, W] in [-1, 1].</param>
    /// <returns>[B, 1, H', W']: larger = looks real.</returns>
    public override Tensor forward(Tensor images)
    {
        var x = Rectify(_convolutions[0].call(images));                                                  // [B, C, H/2, W/2]
        for (var i = 0; i < _norms.Length; i++) x = Rectify(_norms[i].call(_convolutions[i + 1].call(x)));
        return _convolutions[^1].call(x);                                                                // [B, 1, H', W']
    }

    private static string ConvolutionName(int index) => $"_convolution{index}";

    private static string NormName(int index) => $"_norm{index}";
}
