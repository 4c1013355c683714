using VFMTok.ML;
using VFMTok.Runtime;
using VFMTok.Tokenizer;

namespace VFMTok.Cli;

/// <summary>The tokenizer of a model zip, or of a safetensors file that a training left behind.</summary>
internal sealed class TokenizerFile : IDisposable
{
    private readonly IDisposable _owner;

    private TokenizerFile(IDisposable owner, VfmTokenizerModel model) => (_owner, Model) = (owner, model);

    /// <summary>Lives as long as this.</summary>
    public VfmTokenizerModel Model { get; }

    /// <param name="console">Makes the context of a zip.</param>
    /// <param name="path">The file.</param>
    /// <param name="gpu">Index of the GPU; null = the CPU.</param>
    public static TokenizerFile Open(ToolConsole console, string path, int? gpu = null)
    {
        if (path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
        {
            var model = VfmTokenizerModel.Load(path, ComputeDevice.Select(gpu, fallbackToCpu: false));
            return new TokenizerFile(model, model);
        }
        var zip = VfmModelZip.Load(console.Context(gpu: gpu), path);
        try
        {
            return new TokenizerFile(zip, TokenizeCommand.Require(zip, path));
        }
        catch
        {
            zip.Dispose();
            throw;
        }
    }

    public void Dispose() => _owner.Dispose();
}
