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
        var parameter = new Parameter(MetaDevice.IsOn ? start.to(META) : start);
        parameter.DetachFromDisposeScope();
        return parameter;
    }

    /// <summary>A linear layer.</summary>
    public static LinearLayer Linear(long input, long output, bool hasBias = true) => new(input, output, hasBias);

    /// <summary>A table of rows to look up; the network sets its start values.</summary>
    public static Embedding Embedding(long rows, long width)
    {
        var table = nn.Embedding(1, width); // draws its rows and takes memory for them, wherever it is asked to be: so one row, which is replaced
        table.weight = Of(MetaDevice.IsOn ? empty(rows, width, device: META) : empty(rows, width));
        return table;
    }

    /// <summary>Xavier's uniform start values (Glorot and Bengio 2010) and no bias.</summary>
    public static void StartXavier(LinearLayer layer)
    {
        var (output, input) = (layer.Weight.shape[0], layer.Weight.shape[1]);
        Set(layer.Weight, SeededDraws.Symmetric(Math.Sqrt(6.0 / (input + output)), output, input));
        if (layer.Bias is not null) nn.init.zeros_(layer.Bias);
    }

    /// <summary>Writes start values, unless they are left out.</summary>
    public static void Set(Tensor parameter, Tensor values)
    {
        if (MetaDevice.IsOn || SeededDraws.AreLeftOut) return;
        using var noGradient = no_grad();
        parameter.copy_(values);
    }

    /// <summary>Takes everything that a finished network owns out of the dispose scope of its constructor; not all of TorchSharp's own modules do (Embedding does not).</summary>
    public static void Keep(nn.Module network)
    {
        foreach (var tensor in network.state_dict().Values) tensor.DetachFromDisposeScope();
    }
}
