using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace VFMTok.Tokenizer;

/// <summary>The comparison without queries ("frozen VFM" in paper table 4): every patch of the last level is a slot, projected and normalised as <see cref="RegionAdaptiveEncoder"/> does with its keys.</summary>
/// <remarks>Its tensors bear that encoder's official names.</remarks>
internal sealed class GridEncoder : Module<Tensor[], Tensor>
{
    private readonly ModuleList<LevelProjector> _projectors;
    private readonly ModuleList<LayerNorm> _levelNorms;

    public GridEncoder(TokenizerConfig config) : base(nameof(GridEncoder))
    {
        using var scope = NewDisposeScope(); // holds the temporaries of the start values while libtorch reads them
        _projectors = new ModuleList<LevelProjector>(new LevelProjector(config.Foundation.Width, config.Width));
        _levelNorms = new ModuleList<LayerNorm>(LayerNorm(config.Width));
        RegisterComponents();
        Weights.Keep(this);
    }

    /// <summary>Projects the patches.</summary>
    /// <param name="features">One [B, N, F] per level, N = FoundationGrid squared, row-major; the last one is read.</param>
    /// <returns>[B, N, C]</returns>
    public override Tensor forward(Tensor[] features) => _levelNorms[0].call(_projectors[0].call(features[^1]));
}
