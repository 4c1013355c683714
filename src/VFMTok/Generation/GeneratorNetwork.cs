using TorchSharp.Modules;
using VFMTok.Checkpoints;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Generation;

/// <summary>What generators have in common: they learn to predict the codes of images of a class, and write them one after the other.</summary>
internal abstract class GeneratorNetwork : nn.Module, ICodeSource
{
    private protected GeneratorNetwork(GeneratorConfig config, string name) : base(name) => Config = config;

    /// <summary>Sizes.</summary>
    public GeneratorConfig Config { get; }

    /// <summary>Our member names to the official ones.</summary>
    public abstract NameMap OfficialNames { get; }

    /// <summary>The network of a configuration, with new weights.</summary>
    public static GeneratorNetwork Of(GeneratorConfig config) =>
        config.Architecture == GeneratorArchitecture.RandomOrder ? new RandomOrderTransformer(config) : new AutoregressiveTransformer(config);

    /// <summary>Training: predicts every code.</summary>
    /// <param name="classes">[B] int64 in [0, ClassCount]; ClassCount = no class.</param>
    /// <param name="codes">[B, N] int64 in [0, K), in raster order.</param>
    /// <param name="randomOrder">Chance that an image's codes are predicted in a random order, for architectures that can; 0 = in raster order.</param>
    /// <returns>[B, N, K] float32 logits, and the codes that they predict: [B, N] int64.</returns>
    public abstract (Tensor Logits, Tensor Targets) Predict(Tensor classes, Tensor codes, double randomOrder);

    /// <inheritdoc/>
    public abstract CodeWriter Begin(Tensor classes);

    /// <summary>Whether weight decay applies to a parameter.</summary>
    /// <param name="name">Its official name.</param>
    /// <param name="parameter">The parameter.</param>
    public virtual bool Decays(string name, Parameter parameter) => parameter.dim() >= 2;

    /// <summary>Decay of the second moments in AdamW.</summary>
    public virtual double Beta2 => 0.95;
}

/// <summary>Images that are being written, and what their network remembers of them.</summary>
internal abstract class CodeWriter : IDisposable
{
    /// <summary>Logits of the next code.</summary>
    /// <param name="codes">[B] int64: the codes just chosen; null at the start.</param>
    /// <returns>[B, K] float32</returns>
    public abstract Tensor Next(Tensor? codes);

    public abstract void Dispose();
}
