using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Checkpoints;
using VFMTok.Foundation;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Training.Discriminators;

/// <summary>The frozen DINO model (arXiv 2104.14294) whose features a discriminator judges (spec 8.5).</summary>
/// <remarks>It is no module, so that it stays outside of the discriminator's module tree as in the reference: no checkpoint keys, no parameters, no modes. It follows the images to their device.</remarks>
internal sealed class DinoTrunk : IDisposable
{
    /// <summary>DINO ViT-S/16 at 224 px.</summary>
    public static VisionTransformerConfig Small { get; } = new(16, 384, 12, 6, StoredGrid: 14);

    // The file's final norm is never used: the readouts are the raw tokens.
    internal static readonly string[] Unused = ["norm.weight", "norm.bias"];

    private readonly DinoTransformer _network;

    /// <summary>With start values.</summary>
    public DinoTrunk(VisionTransformerConfig config) : this(new DinoTransformer(config)) { }

    private DinoTrunk(DinoTransformer network)
    {
        _network = network;
        foreach (var parameter in _network.parameters()) parameter.requires_grad = false; // frozen
    }

    /// <summary>Side of the images that it sees, pixels.</summary>
    public int ImageSize => Config.StoredGrid * Config.PatchSize;

    internal VisionTransformerConfig Config => _network.Config;
    internal DinoTransformer Network => _network;

    /// <summary>Loads the official file (<c>dino_deitsmall16_pretrain.pth</c>), or a safetensors file with its names.</summary>
    /// <param name="path">The file.</param>
    /// <param name="config">Default <see cref="Small"/>.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidCheckpointException">A tensor is missing, left over, of the wrong shape, or not finite.</exception>
    public static DinoTrunk Load(string path, VisionTransformerConfig? config = null)
    {
        var network = StateDict.Load(path, () => new DinoTransformer(config ?? Small), DinoTransformer.Names, Unused);
        network.DropKeyBiases();
        return new DinoTrunk(network);
    }

    /// <summary>What is judged: the patch tokens plus the class token, before the blocks and after each quarter of them.</summary>
    /// <param name="images">[B, 3, S, S], normalised; S = <see cref="ImageSize"/>.</param>
    /// <returns>5 x [B, N, C]</returns>
    public Tensor[] Readouts(Tensor images)
    {
        Follow(images.device);
        using var scope = NewDisposeScope();
        return [.. _network.call(images).Select(r => r.MoveToOuterDisposeScope())];
    }

    /// <summary>Moves the weights if they are elsewhere.</summary>
    internal void Follow(Device device)
    {
        var at = _network.Device;
        if (at.type == device.type && (device.index < 0 || at.index == device.index)) return;
        _network.to(device);
        Weights.Keep(_network); // the caller's scope must not free what was moved
    }

    public void Dispose() => _network.Dispose();
}

/// <summary>DINO's vision transformer: DINOv2's without registers and LayerScale, and with GELU by its tanh approximation as the discriminator's reference has it.</summary>
internal sealed class DinoTransformer : nn.Module<Tensor, Tensor[]>
{
    /// <summary>Readouts after blocks.</summary>
    public const int Quarters = 4;

    /// <summary>Our member names to the official ones.</summary>
    internal static readonly NameMap Names = new()
    {
        { "_classToken", "cls_token" }, { "_positions", "pos_embed" }, { "_patchEmbedding", "patch_embed.proj" }, { "_weight", "weight" }, { "_bias", "bias" }, { "_blocks", "blocks" },
        { "_norm1", "norm1" }, { "_norm2", "norm2" }, { "_attention", "attn" }, { "_qkv", "qkv" }, { "_projection", "proj" }, { "_expand", "mlp.fc1" }, { "_contract", "mlp.fc2" },
    };

    private readonly Parameter _classToken, _positions;
    private readonly Convolution2D _patchEmbedding;
    private readonly ModuleList<DinoBlock> _blocks;

    public DinoTransformer(VisionTransformerConfig config) : base(nameof(DinoTransformer))
    {
        using var scope = NewDisposeScope(); // holds the temporaries of the start values while libtorch reads them
        config.Validate();
        Config = config;
        _classToken = Weights.Of(SeededDraws.Normal(0.02, 1, 1, config.Width));
        _positions = Weights.Of(SeededDraws.Normal(0.02, 1, 1 + config.StoredGrid * config.StoredGrid, config.Width));
        _patchEmbedding = new Convolution2D(3, config.Width, config.PatchSize, stride: config.PatchSize);
        _blocks = new ModuleList<DinoBlock>(Enumerable.Range(0, config.Depth).Select(_ => new DinoBlock(config)).ToArray());
        RegisterComponents();
        Weights.Keep(this);
    }

    public VisionTransformerConfig Config { get; }

    internal Device Device => _positions.device;

    /// <param name="images">[B, 3, S, S]</param>
    public override Tensor[] forward(Tensor images)
    {
        var x = _patchEmbedding.call(images).flatten(2).transpose(1, 2);                           // [B, N, C]
        x = cat([_classToken.expand(x.shape[0], -1, -1), x], 1).Plus(_positions);                  // [B, 1 + N, C]
        var readouts = new List<Tensor> { Readout(x) };
        for (var i = 0; i < _blocks.Count; i++)
        {
            x = _blocks[i].call(x);                                                                // [B, 1 + N, C]
            if ((i + 1) % (_blocks.Count / Quarters) == 0) readouts.Add(Readout(x));
        }
        return [.. readouts];                                                                      // 5 x [B, N, C]
    }

    /// <summary>Zeroes the keys' part of every qkv bias, as the reference does. It adds the same to all scores of a query, so softmax does not see it.</summary>
    internal void DropKeyBiases()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var block in _blocks) block.KeyBias.zero_();
    }

    private static Tensor Readout(Tensor tokens) => tokens.narrow(1, 1, tokens.shape[1] - 1).Plus(tokens.narrow(1, 0, 1)); // [B, N, C]
}

/// <summary>Pre-norm block: <c>x + attention(norm1 x)</c>, then <c>x + feedForward(norm2 x)</c>.</summary>
internal sealed class DinoBlock : nn.Module<Tensor, Tensor>
{
    private readonly LayerNorm _norm1, _norm2;
    private readonly FullAttention _attention;
    private readonly LinearLayer _expand, _contract;

    public DinoBlock(VisionTransformerConfig config) : base(nameof(DinoBlock))
    {
        _norm1 = nn.LayerNorm(config.Width, VisionTransformerConfig.NormEpsilon);
        _attention = new FullAttention(config.Width, config.Heads);
        _norm2 = nn.LayerNorm(config.Width, VisionTransformerConfig.NormEpsilon);
        _expand = Weights.Linear(config.Width, config.HiddenWidth);
        _contract = Weights.Linear(config.HiddenWidth, config.Width);
        RegisterComponents();
    }

    /// <summary>[C]: a part of a parameter.</summary>
    internal Tensor KeyBias => _attention.Bias.chunk(3)[1];

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();                                                       // frees what no gradient needs
        x = x.Plus(_attention.call(_norm1.call(x)));                                               // [B, 1 + N, C]
        var hidden = nn.functional.gelu(_expand.call(_norm2.call(x)), GELU.Approximate.tanh);         // [B, 1 + N, 4C]
        return x.Plus(_contract.call(hidden)).MoveToOuterDisposeScope();                           // [B, 1 + N, C]
    }
}
