using TorchSharp;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Training.Losses;

/// <summary>Pushes every vector to one code and all vectors together to all codes (arXiv 2310.05737; spec section 5). The paper's ratio is 0: off.</summary>
internal static class EntropyLoss
{
    /// <summary>Mean entropy of the rows minus the entropy of their mean.</summary>
    /// <param name="affinity">[N, K]: larger is nearer, such as the negative squared distance.</param>
    /// <param name="temperature">Divides the affinity.</param>
    public static Tensor Compute(Tensor affinity, double temperature = 0.01)
    {
        var scaled = affinity.Over(temperature);
        var probabilities = scaled.softmax(-1);                                                          // [N, K]
        var sample = -(probabilities * nn.functional.log_softmax(scaled.Plus(1e-5), -1)).sum(-1).mean();
        var mean = probabilities.mean([0]);                                                              // [K]
        return sample.Plus((mean * mean.Plus(1e-5).log()).sum());
    }
}
