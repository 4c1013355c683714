using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Checkpoints;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Training.Discriminators;

/// <summary>The paper's discriminator: five small heads judge the features of a frozen DINO model, every patch at every depth (arXiv 2301.09515; spec 8.5).</summary>
internal sealed class DinoDiscriminator : Discriminator
{
    private static readonly NameMap OfficialNames = new()
    {
        { "_heads", "heads" }, { "_first", "0.0", SpectralConvolution.Names }, { "_firstNorm", "0.1", LocalBatchNorm.Names },
        { "_second", "1.fn.0", SpectralConvolution.Names }, { "_secondNorm", "1.fn.1", LocalBatchNorm.Names }, { "_judge", "2", SpectralConvolution.Names },
    };

    private readonly DinoTrunk _trunk;
    private readonly ModuleList<DinoHead> _heads;

    /// <param name="trunk">Disposed with the discriminator.</param>
    public DinoDiscriminator(DinoTrunk trunk) : base(nameof(DinoDiscriminator))
    {
        using var scope = NewDisposeScope(); // holds the temporaries of the start values while libtorch reads them
        _trunk = trunk;
        _heads = new ModuleList<DinoHead>(Enumerable.Range(0, 1 + DinoTransformer.Quarters).Select(_ => new DinoHead(trunk.Config.Width)).ToArray());
        RegisterComponents();
        Weights.Keep(this);
    }

    public override NameMap Names => OfficialNames;

    public override string? FrozenHash => StateDict.Hash("", StateDict.Of(_trunk.Network, DinoTransformer.Names));

    internal DinoTrunk Trunk => _trunk;

    /// <param name="images">[B, 3, H, W] in [-1, 1]; a batch that <see cref="LocalBatchNorm"/> can group.</param>
    /// <returns>[B, 5 * N]: larger = looks real; the heads one after another.</returns>
    public override Tensor forward(Tensor images) => Judge(_trunk.Readouts(DinoInput.Draw(images, _trunk.ImageSize)));

    /// <summary>The heads alone.</summary>
    /// <param name="readouts">5 x [B, N, C]</param>
    /// <returns>[B, 5 * N]</returns>
    internal Tensor Judge(Tensor[] readouts) => cat([.. readouts.Select((readout, i) => _heads[i].call(readout))], 1);

    protected override void Dispose(bool disposing)
    {
        if (disposing) _trunk.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>Judges the features of one depth: a convolution, a residual one over nine neighbours on the ring of patches, and one to a number per patch.</summary>
internal sealed class DinoHead : nn.Module<Tensor, Tensor>
{
    private const int Neighbours = 9;

    // In the order of the official optimizer state.
    private readonly SpectralConvolution _first;
    private readonly LocalBatchNorm _firstNorm;
    private readonly SpectralConvolution _second;
    private readonly LocalBatchNorm _secondNorm;
    private readonly SpectralConvolution _judge;

    public DinoHead(int width) : base(nameof(DinoHead))
    {
        _first = new SpectralConvolution(width, width);
        _firstNorm = new LocalBatchNorm(width);
        _second = new SpectralConvolution(width, width, Neighbours);
        _secondNorm = new LocalBatchNorm(width);
        _judge = new SpectralConvolution(width, 1);
        RegisterComponents();
    }

    /// <param name="x">[B, N, C]</param>
    /// <returns>[B, N]</returns>
    public override Tensor forward(Tensor x)
    {
        x = Discriminator.Rectify(_firstNorm.call(_first.call(x)));                             // [B, N, C]
        var nearby = Discriminator.Rectify(_secondNorm.call(_second.call(x)));                  // [B, N, C]
        return _judge.call(x.Plus(nearby).Over(Math.Sqrt(2))).squeeze(-1);                      // [B, N]
    }
}
