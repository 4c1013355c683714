using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Runtime;
using VFMTok.Tests.Shared;
using VFMTok.Tokenizer;

namespace VFMTok.Benchmarks;

/// <summary>The paper's tokenizer with the hash weights of the golden cases: speeds do not depend on weights.</summary>
internal static class PaperTokenizer
{
    /// <summary>Makes it, frozen, on a device.</summary>
    public static VfmTokenizer Make(torch.Device device)
    {
        var network = SeededDraws.LeaveOut(() => new VfmTokenizer(TokenizerConfig.Paper));
        HashWeights.Fill(StateDict.Of(network, VfmTokenizer.Names), "", 0, 1);
        network.eval();
        network.to(device);
        IFreezable.Freeze(network);
        return network;
    }
}
