using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Runtime;
using static TorchSharp.torch;
using static VFMTok.Evaluation.InceptionBlocks;

namespace VFMTok.Evaluation;

/// <summary>Inception-v3 (arXiv 1512.00567) as the FID was defined on it: TensorFlow's graph of 2015-12-05, frozen (spec 10.4).</summary>
/// <remarks>
/// Its weights are imported: those of the public PyTorch port of that graph (<c>pt_inception-2015-12-05-6726825d</c>), under the names that they have there. The variant differs from torchvision's:
/// averages leave the padding out, the last block takes the maximum where the others average, there are 1008 classes, and images are resized as TensorFlow 1 did it.
/// Checked for structure and arithmetic only (with made-up weights, against torchvision's network and the pools of this variant), not with the official weights: before an absolute FID is
/// trusted, it should be compared with published numbers of known images.
/// </remarks>
internal sealed class InceptionV3 : nn.Module<Tensor, InceptionFeatures>
{
    /// <summary>Lengths of the vectors of <see cref="InceptionFeatures"/>.</summary>
    public const int Width = 2048, SpatialWidth = 17 * 17 * SpatialChannels, Classes = 1008;

    private const int SpatialChannels = 7;

    // Both rows end with a halving.
    private static readonly (string Name, int Channels, int Side, int Stride, bool Padded)[][] Stem =
    [
        [("Conv2d_1a_3x3", 32, 3, 2, false), ("Conv2d_2a_3x3", 32, 3, 1, false), ("Conv2d_2b_3x3", 64, 3, 1, true)],   // sides 149, 147, 147; 73
        [("Conv2d_3b_1x1", 80, 1, 1, false), ("Conv2d_4a_3x3", 192, 3, 1, false)],                                     // sides 73, 71; 35
    ];

    private const string SpatialBlock = "Mixed_6d"; // the sFID looks at its first branch, whose channels are its first ones

    private static readonly (string Name, InceptionBranch[] Branches)[] Blocks =
    [
        ("Mixed_5b", Fine(32)), ("Mixed_5c", Fine(64)), ("Mixed_5d", Fine(64)),                                        // side 35: 256, 288, 288 channels
        ("Mixed_6a", FineToMiddle()),                                                                                  // side 17: 768
        ("Mixed_6b", Middle(128)), ("Mixed_6c", Middle(160)), (SpatialBlock, Middle(160)), ("Mixed_6e", Middle(192)),  // 768 each
        ("Mixed_7a", MiddleToCoarse()),                                                                                // side 8: 1280
        ("Mixed_7b", Coarse(InceptionPool.Average)), ("Mixed_7c", Coarse(InceptionPool.Max)),                          // 2048 each
    ];

    /// <summary>Our member names to the official ones.</summary>
    internal static readonly NameMap Names = MakeNames();

    /// <summary>Official names of what the file holds and the network does not need.</summary>
    internal static readonly string[] Unused = [.. LayerNames().Select(layer => $"{layer}.bn.{FrozenBatchNorm.Unused}")];

    private readonly InceptionLayer[][] _stem;
    private readonly (string Name, InceptionBlock Block)[] _blocks;
    private readonly LinearLayer _classes;

    public InceptionV3() : base(nameof(InceptionV3))
    {
        using var scope = NewDisposeScope(); // holds the temporaries of the start values while libtorch reads them
        var width = 3;
        _stem = Array.ConvertAll(Stem, row => Array.ConvertAll(row, spec =>
        {
            var layer = new InceptionLayer(width, spec.Channels, (spec.Side, spec.Side), spec.Stride, spec.Padded);
            register_module(spec.Name, layer);
            width = spec.Channels;
            return layer;
        }));
        _blocks = Array.ConvertAll(Blocks, spec =>
        {
            var block = new InceptionBlock(width, spec.Branches);
            register_module(spec.Name, block);
            width = block.Width;
            return (spec.Name, block);
        });
        _classes = Weights.Linear(width, Classes);
        RegisterComponents();
        Weights.Keep(this);
        foreach (var parameter in parameters()) parameter.requires_grad = false; // frozen
    }

    /// <summary>Loads the public port's file, or a safetensors file with its names.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidCheckpointException">A tensor is missing, left over, of the wrong shape, or not finite.</exception>
    public static InceptionV3 Load(string path, Device device) => (InceptionV3)StateDict.Load(path, () => new InceptionV3(), Names, Unused).to(device);

    /// <summary>Features of images.</summary>
    /// <param name="images">[B, 3, H, W], bytes or floats in [0, 255], of any size.</param>
    public override InceptionFeatures forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Shapes.Require(images, [-1, 3, -1, -1]);
        var x = InceptionInput.Prepare(images);                                                    // [B, 3, 299, 299]
        foreach (var row in _stem)
        {
            foreach (var layer in row) x = Replace(x, layer.call);
            x = Replace(x, y => InceptionBlock.Pool(y, InceptionPool.Halving));
        }                                                                                          // [B, 192, 35, 35]
        Tensor? spatial = null;
        foreach (var (name, block) in _blocks)
        {
            x = Replace(x, block.call);
            if (name == SpatialBlock) spatial = x.narrow(1, 0, SpatialChannels).permute(0, 2, 3, 1).reshape(x.shape[0], -1); // [B, 17 * 17 * 7]
        }                                                                                          // [B, 2048, 8, 8]
        var pool = x.mean([2, 3]);                                                                 // [B, 2048]
        var logits = nn.functional.linear(pool, _classes.Weight);                                  // [B, 1008]; kept quirk: the bias of the file is not added
        return new(pool.MoveToOuterDisposeScope(), spatial!.MoveToOuterDisposeScope(), logits.MoveToOuterDisposeScope());
    }

    // What a layer has seen is freed at once: the largest takes 5.5 MB per image.
    private static Tensor Replace(Tensor x, Func<Tensor, Tensor> layer)
    {
        using (x) return layer(x);
    }

    private static IEnumerable<string> LayerNames() =>
        [.. Stem.SelectMany(row => row).Select(layer => layer.Name), .. Blocks.SelectMany(block => block.Branches.SelectMany(branch => branch.LayerNames).Select(layer => $"{block.Name}.{layer}"))];

    private static NameMap MakeNames()
    {
        var names = new NameMap { { "_classes", "fc" } };
        foreach (var layer in Stem.SelectMany(row => row)) names.Add(layer.Name, layer.Name, InceptionLayer.Names);
        foreach (var (block, branches) in Blocks)
        {
            var inner = new NameMap();
            foreach (var layer in branches.SelectMany(branch => branch.LayerNames)) inner.Add(layer, layer, InceptionLayer.Names);
            names.Add(block, block, inner);
        }
        return names;
    }
}
