using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace VFMTok.Runtime;

/// <summary>Makes the parameters of networks, with start values from <see cref="SeededDraws"/>.</summary>
internal static class Weights
{
    /// <summary>A parameter that belongs to its module alone: one made inside a dispose scope would be freed with the scope, and silently vanish from the state dict.</summary>
    public static Parameter Of(Tensor start)
    {
        var parameter = new Parameter(start);
        parameter.DetachFromDisposeScope();
        return parameter;
    }

    /// <summary>A linear layer with PyTorch's start values: uniform in +- 1 / sqrt(input).</summary>
    public static Linear Linear(long input, long output, bool hasBias = true)
    {
        var layer = nn.Linear(input, output, hasBias);
        var bound = 1 / Math.Sqrt(input);
        Set(layer.weight!, SeededDraws.Symmetric(bound, output, input));
        if (hasBias) Set(layer.bias!, SeededDraws.Symmetric(bound, output));
        return layer;
    }

    /// <summary>Xavier's uniform start values (Glorot and Bengio 2010) and no bias.</summary>
    public static void StartXavier(Linear layer)
    {
        var (output, input) = (layer.weight!.shape[0], layer.weight.shape[1]);
        Set(layer.weight, SeededDraws.Symmetric(Math.Sqrt(6.0 / (input + output)), output, input));
        if (layer.bias is not null) nn.init.zeros_(layer.bias);
    }

    /// <summary>Writes start values.</summary>
    public static void Set(Tensor parameter, Tensor values)
    {
        using var noGradient = no_grad();
        parameter.copy_(values);
    }

    /// <summary>Takes everything that a finished network owns out of the dispose scope of its constructor; not all of TorchSharp's own modules do (Embedding does not).</summary>
    public static void Keep(nn.Module network)
    {
        foreach (var tensor in network.state_dict().Values) tensor.DetachFromDisposeScope();
    }
}
