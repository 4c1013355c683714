using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace VFMTok.Runtime;

/// <summary>Makes the parameters of networks.</summary>
internal static class Weights
{
    /// <summary>A parameter that belongs to its module alone: one made inside a dispose scope would be freed with the scope, and silently vanish from the state dict.</summary>
    public static Parameter Of(Tensor start)
    {
        var parameter = new Parameter(start);
        parameter.DetachFromDisposeScope();
        return parameter;
    }

    /// <summary>Takes everything that a finished network owns out of the dispose scope of its constructor; not all of TorchSharp's own modules do (Embedding does not).</summary>
    public static void Keep(nn.Module network)
    {
        foreach (var tensor in network.state_dict().Values) tensor.DetachFromDisposeScope();
    }
}
