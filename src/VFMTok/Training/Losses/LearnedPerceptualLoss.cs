using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Checkpoints;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Training.Losses;

/// <summary>LPIPS: the distance of two images in the features of VGG-16, weighted per channel (arXiv 1801.03924; spec 8.4).</summary>
/// <remarks>Frozen; its weights are imported. Kept quirk: in training mode half of the squared differences are dropped at random, because the reference puts the whole loss into training mode.</remarks>
internal sealed class LearnedPerceptualLoss : nn.Module<Tensor, Tensor, Tensor>
{
    // VGG-16's convolutions: index in torchvision's list of layers, channels out. The image is halved before every slice but the first.
    private static readonly (int Index, int Channels)[][] Slices =
    [
        [(0, 64), (2, 64)], [(5, 128), (7, 128)], [(10, 256), (12, 256), (14, 256)], [(17, 512), (19, 512), (21, 512)], [(24, 512), (26, 512), (28, 512)],
    ];

    private const double Dropout = 0.5;

    /// <summary>Our member names to the official ones.</summary>
    internal static readonly NameMap Names = MakeNames();

    /// <summary>Tensors that are the same for everyone, which some files lack.</summary>
    internal static readonly string[] Constants = ["scaling_layer.shift", "scaling_layer.scale"];

    private readonly Tensor _shift, _scale;
    private readonly Convolution2D[][] _slices;
    private readonly Parameter[] _heads;

    public LearnedPerceptualLoss() : base(nameof(LearnedPerceptualLoss))
    {
        using var scope = NewDisposeScope(); // holds the temporaries of the start values while libtorch reads them
        _shift = tensor(new[] { -0.030f, -0.088f, -0.188f }).reshape(1, 3, 1, 1).DetachFromDisposeScope();
        _scale = tensor(new[] { 0.458f, 0.448f, 0.450f }).reshape(1, 3, 1, 1).DetachFromDisposeScope();
        var width = 3;
        _slices = Array.ConvertAll(Slices, slice => Array.ConvertAll(slice, layer =>
        {
            var convolution = new Convolution2D(width, layer.Channels, 3, padding: 1);
            register_module(ConvolutionName(layer.Index), convolution);
            width = layer.Channels;
            return convolution;
        }));
        _heads = [.. Slices.Select((slice, k) =>
        {
            var head = Weights.Of(ones(1, slice[^1].Channels, 1, 1).Over(slice[^1].Channels));
            register_parameter(HeadName(k), head);
            return head;
        })];
        RegisterComponents();
        Weights.Keep(this);
        foreach (var parameter in parameters()) parameter.requires_grad = false; // frozen
    }

    /// <summary>Loads the weights from a file with the official names, VGG-16 and the linear heads together, such as the import command makes.</summary>
    /// <exception cref="InvalidCheckpointException">The file is unsound or another network's.</exception>
    public static LearnedPerceptualLoss Load(string path, Device device) => (LearnedPerceptualLoss)StateDict.Load(path, () => new LearnedPerceptualLoss(), Names).to(device);

    /// <summary>The name of a tensor of torchvision's VGG-16 in LPIPS; null for those of its classifier, which LPIPS does not use.</summary>
    internal static string? FromVgg(string name)
    {
        for (var s = 0; s < Slices.Length; s++)
            foreach (var (index, _) in Slices[s])
                if (name.StartsWith($"features.{index}.", StringComparison.Ordinal)) return $"net.slice{s + 1}.{name["features.".Length..]}";
        return name.StartsWith("classifier.", StringComparison.Ordinal) ? null : name;
    }

    /// <summary>Distances of images.</summary>
    /// <param name="x">[B, 3, H, W] in [-1, 1].</param>
    /// <param name="y">[B, 3, H, W]</param>
    /// <returns>[B, 1, 1, 1]</returns>
    public override Tensor forward(Tensor x, Tensor y) => PerLayer(x, y).sum(1).reshape(-1, 1, 1, 1);

    /// <summary>The five parts of the distance.</summary>
    /// <returns>[B, 5]</returns>
    internal Tensor PerLayer(Tensor x, Tensor y)
    {
        var parts = Features(x).Zip(Features(y), _heads).Select(t =>
        {
            var square = SeededDraws.Dropout((Normalise(t.First) - Normalise(t.Second)).Squared(), Dropout, training); // [B, C, H, W]
            return (square * t.Third).sum(1).mean([1, 2]);                                                            // [B]
        });
        return stack(parts.ToArray(), 1);
    }

    /// <summary>What VGG-16 sees: the last activation of each slice.</summary>
    /// <returns>5 x [B, C, H, W]; the side halves from one to the next.</returns>
    internal Tensor[] Features(Tensor x)
    {
        x = (x - _shift) / _scale;
        var features = new Tensor[_slices.Length];
        for (var s = 0; s < _slices.Length; s++)
        {
            if (s > 0) x = nn.functional.max_pool2d(x, 2, 2);
            foreach (var convolution in _slices[s]) x = convolution.call(x).relu();
            features[s] = x;
        }
        return features;
    }

    private static Tensor Normalise(Tensor x) => x / x.Squared().sum(1, keepdim: true).sqrt().Plus(1e-10);

    private static string ConvolutionName(int index) => $"_convolution{index}";

    private static string HeadName(int slice) => $"_head{slice}";

    private static NameMap MakeNames()
    {
        var names = new NameMap { { "_shift", "scaling_layer.shift" }, { "_scale", "scaling_layer.scale" }, { "_weight", "weight" }, { "_bias", "bias" } };
        for (var s = 0; s < Slices.Length; s++)
        {
            names.Add(HeadName(s), $"lin{s}.model.1.weight");
            foreach (var (index, _) in Slices[s]) names.Add(ConvolutionName(index), $"net.slice{s + 1}.{index}");
        }
        return names;
    }
}
