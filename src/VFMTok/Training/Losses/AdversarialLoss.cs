using TorchSharp;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Training.Losses;

/// <summary>How a discriminator's logits become losses (spec 8.2 and 8.3).</summary>
public enum AdversarialLossKind
{
    /// <summary>relu(1 - real) and relu(1 + fake); the generator's is -fake.</summary>
    Hinge,
    /// <summary>softplus(-real) and softplus(fake); the generator's is softplus(-fake). The reference uses the generator's half.</summary>
    Softplus,
    /// <summary>The reference's binary cross-entropy with its arguments swapped (logits as targets). For comparison only: the fake half is constant.</summary>
    SwappedCrossEntropy,
}

/// <summary>Losses of a generator and of its discriminator.</summary>
internal static class AdversarialLoss
{
    /// <summary>What the discriminator minimises.</summary>
    /// <param name="real">Logits of true images, any shape.</param>
    /// <param name="fake">Logits of reconstructions, any shape.</param>
    /// <param name="kind">Which; the paper's is hinge.</param>
    public static Tensor Discriminator(Tensor real, Tensor fake, AdversarialLossKind kind) => (kind switch
    {
        AdversarialLossKind.Hinge => real.neg().Plus(1).relu().mean().Plus(fake.Plus(1).relu().mean()),
        AdversarialLossKind.Softplus => Softplus(real.neg()).mean().Plus(Softplus(fake).mean()),
        _ => Swapped(1, real).Plus(Swapped(0, fake)),
    }).Times(0.5);

    /// <summary>What the generator minimises.</summary>
    /// <param name="fake">Logits of reconstructions, any shape.</param>
    /// <param name="kind">Which; the paper's is softplus.</param>
    public static Tensor Generator(Tensor fake, AdversarialLossKind kind) => kind switch
    {
        AdversarialLossKind.Hinge => fake.mean().neg(),
        AdversarialLossKind.Softplus => Softplus(fake.neg()).mean(),
        _ => Swapped(1, fake),
    };

    /// <summary>log(1 + e^x), without overflow.</summary>
    private static Tensor Softplus(Tensor x) => x.relu().Plus(x.abs().neg().exp().log1p());

    // Cross-entropy of one constant logit z against the logits as targets: log(1 + e^z) - z * target.
    private static Tensor Swapped(double z, Tensor target) => target.Times(-z).Plus(Math.Log(1 + Math.Exp(z))).mean();
}
