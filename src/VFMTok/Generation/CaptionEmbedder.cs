using TorchSharp.Modules;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Generation;

/// <summary>Captions, as a text encoder describes them, to prefix tokens: <c>down(gelu(up x))</c> without biases (spec 9.3).</summary>
internal sealed class CaptionEmbedder : nn.Module
{
    private readonly Tensor _unconditional; // a buffer and no parameter, as in the official checkpoints: it keeps its start values
    private readonly LinearLayer _hidden, _projection;

    /// <param name="captionWidth">Channels of the text encoder.</param>
    /// <param name="captionLength">Tokens of a caption.</param>
    /// <param name="width">Channels of the generator.</param>
    public CaptionEmbedder(int captionWidth, int captionLength, int width) : base(nameof(CaptionEmbedder))
    {
        _unconditional = SeededDraws.Normal(1 / Math.Sqrt(captionWidth), captionLength, captionWidth);
        _hidden = Weights.Linear(captionWidth, width, hasBias: false);
        _projection = Weights.Linear(width, width, hasBias: false);
        RegisterComponents();
    }

    /// <param name="captions">[B, T, E] embeddings; zero where a caption is padded.</param>
    /// <param name="dropped">Optional bool, [B]: captions that are replaced by the embeddings that stand for no caption.</param>
    /// <returns>[B, T, C]</returns>
    public Tensor Run(Tensor captions, Tensor? dropped)
    {
        var x = dropped is null ? captions : where(dropped.reshape(-1, 1, 1), _unconditional, captions); // [B, T, E]
        var y = _projection.call(nn.functional.gelu(_hidden.call(x), GELU.Approximate.tanh));                                 // [B, T, C]
        return y.to(_unconditional.dtype);
    }
}
