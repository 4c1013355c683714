using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Checkpoints;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Training.Discriminators;

/// <summary>StyleGAN2's discriminator: residual blocks halve the picture down to 4 x 4, then one number judges it (arXiv 1912.04958; spec 8.6).</summary>
/// <remarks>Without the minibatch statistics of the original, as in the reference.</remarks>
internal sealed class StyleGanDiscriminator : Discriminator
{
    private const int SmallestSize = 4, LargestSize = 512, LargestWidth = 512;

    private readonly Convolution2D _input, _final;
    private readonly StyleGanBlock[] _blocks;
    private readonly LinearLayer _hidden, _judge;

    /// <param name="imageSize">Side of the images, pixels: a power of two.</param>
    public StyleGanDiscriminator(int imageSize) : base(nameof(StyleGanDiscriminator))
    {
        using var scope = NewDisposeScope(); // holds the temporaries of the start values while libtorch reads them
        RequireSize(imageSize);
        _input = new Convolution2D(3, Channels(imageSize), 3, padding: 1);
        _blocks = [.. Sides(imageSize).Select(side => new StyleGanBlock(Channels(side), Channels(side / 2)))];
        for (var i = 0; i < _blocks.Length; i++) register_module(BlockName(i), _blocks[i]);
        _final = new Convolution2D(LargestWidth, LargestWidth, 3, padding: 1);
        _hidden = Weights.Linear(LargestWidth * SmallestSize * SmallestSize, LargestWidth);
        _judge = Weights.Linear(LargestWidth, 1);
        RegisterComponents();
        Weights.Keep(this);
    }

    public override NameMap Names
    {
        get
        {
            var names = new NameMap
            {
                { "_input", "blocks.0" }, { "_final", "final_conv.0" }, { "_hidden", "final_linear.0" }, { "_judge", "final_linear.2" }, { "_weight", "weight" }, { "_bias", "bias" },
                { "_residual", "conv_res" }, { "_first", "net.0" }, { "_second", "net.2" }, { "_blur", "downsample.0" }, { "_taps", "f" }, { "_halve", "downsample.1" },
            };
            for (var i = 0; i < _blocks.Length; i++) names.Add(BlockName(i), $"blocks.{i + 2}"); // between the first convolution and them stands its activation
            return names;
        }
    }

    internal IReadOnlyList<StyleGanBlock> Blocks => _blocks;

    /// <summary>Checks that the network can be built for these images.</summary>
    /// <exception cref="ArgumentException">It cannot.</exception>
    public static void RequireSize(int imageSize)
    {
        if (imageSize is < SmallestSize or > LargestSize || !int.IsPow2(imageSize))
            throw new ArgumentException($"The StyleGAN discriminator cannot see images of {imageSize} pixels; allowed are powers of two from {SmallestSize} to {LargestSize}: choose another image size or another discriminator.");
    }

    /// <param name="images">[B, 3, S, S] in [-1, 1].</param>
    /// <returns>[B, 1]: larger = looks real.</returns>
    public override Tensor forward(Tensor images)
    {
        var x = Rectify(_input.call(images));                            // [B, C, S, S]
        foreach (var block in _blocks) x = block.call(x);                // [B, C', S/2, S/2], down to 4 x 4
        x = Rectify(_hidden.call(Rectify(_final.call(x)).flatten(1)));   // [B, 512]
        return _judge.call(x);                                           // [B, 1]
    }

    // From the images' side down to 8: the sides that are halved.
    private static IEnumerable<int> Sides(int imageSize)
    {
        for (var side = imageSize; side > SmallestSize; side /= 2) yield return side;
    }

    private static int Channels(int side) => Math.Min(LargestWidth, 16384 / side);

    private static string BlockName(int index) => $"_block{index}";
}

/// <summary>Two convolutions and a blurred halving, beside one convolution that halves.</summary>
internal sealed class StyleGanBlock : nn.Module<Tensor, Tensor>
{
    private readonly Convolution2D _residual, _first, _second, _halve;
    private readonly Blur _blur;

    public StyleGanBlock(int input, int output) : base(nameof(StyleGanBlock))
    {
        _residual = new Convolution2D(input, output, 1, stride: 2);
        _first = new Convolution2D(input, output, 3, padding: 1);
        _second = new Convolution2D(output, output, 3, padding: 1);
        _blur = new Blur();
        _halve = new Convolution2D(output, output, 3, stride: 2, padding: 1);
        RegisterComponents();
    }

    /// <param name="x">[B, C, S, S]</param>
    /// <returns>[B, C', S/2, S/2]</returns>
    public override Tensor forward(Tensor x)
    {
        var y = Discriminator.Rectify(_second.call(Discriminator.Rectify(_first.call(x)))); // [B, C', S, S]
        return _halve.call(_blur.call(y)).Plus(_residual.call(x)).Over(Math.Sqrt(2));       // [B, C', S/2, S/2]
    }
}

/// <summary>Smooths with 1 2 1 along both axes; the border is reflected.</summary>
internal sealed class Blur : nn.Module<Tensor, Tensor>
{
    private readonly Tensor _taps; // a constant, but official checkpoints hold it

    public Blur() : base(nameof(Blur))
    {
        _taps = tensor(new[] { 1f, 2f, 1f }).DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <param name="x">[B, C, H, W], sides of at least two.</param>
    /// <returns>[B, C, H, W]</returns>
    public override Tensor forward(Tensor x)
    {
        var taps = (_taps / _taps.abs().sum()).unbind(0);
        return Along(Along(x, 2, taps), 3, taps);
    }

    private static Tensor Along(Tensor x, int axis, Tensor[] taps)
    {
        var size = x.shape[axis];
        var wide = cat([x.narrow(axis, 1, 1), x, x.narrow(axis, size - 2, 1)], axis); // one longer at both ends
        return (wide.narrow(axis, 0, size) * taps[0]).Plus(wide.narrow(axis, 1, size) * taps[1]).Plus(wide.narrow(axis, 2, size) * taps[2]);
    }
}
