using static TorchSharp.torch;

namespace VFMTok.Generation;

/// <summary>What <see cref="CodeSampler"/> draws codes from: something that writes images of given classes.</summary>
internal interface ICodeSource
{
    /// <summary>Sizes.</summary>
    GeneratorConfig Config { get; }

    /// <summary>Begins to write images; in evaluation mode.</summary>
    /// <param name="classes">[B] int64 in [0, ClassCount]; ClassCount = no class.</param>
    CodeWriter Begin(Tensor classes);
}
