using TorchSharp;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Generation;

/// <summary>Writes the codes of images, one after the other, with one batched pass for the guided and the unguided half (spec 9.6).</summary>
/// <remarks>Nothing here waits for the device: filters are masks, all random numbers are there from the start, and codes stay where they are unless somebody watches.</remarks>
internal static class CodeSampler
{
    /// <summary>Draws codes.</summary>
    /// <param name="network">In evaluation mode.</param>
    /// <param name="classes">[B] int64 in [0, ClassCount]; ClassCount = no class.</param>
    /// <param name="uniform">[B, N] in [0, 1): one number per code, so that a row does not depend on its neighbours.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Checked before every code.</param>
    /// <param name="observe">Sees the logits of every step after guidance, [B, K].</param>
    /// <param name="written">Sees every position and its codes, [B].</param>
    /// <returns>[B, N] int64 in [0, K)</returns>
    public static Tensor Sample(ICodeSource network, Tensor classes, Tensor uniform, SamplingOptions options,
        CancellationToken cancellation = default, Action<Tensor>? observe = null, Action<int, Tensor>? written = null)
    {
        var config = network.Config;
        options.Validate(config);
        Shapes.Require(classes, [-1]);
        Shapes.Require(uniform, [classes.shape[0], config.TokenCount]);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var batch = classes.shape[0];
        var guided = options.GuidanceScale > 1;
        var rows = guided ? cat([classes, ScalarArithmetic.FullLike(classes, config.NullClass)]) : classes;                    // [B or 2B]
        using var writer = network.Begin(rows);
        var codes = new List<Tensor>();
        for (var n = 0; n < config.TokenCount; n++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var last = n == 0 ? null : guided ? codes[^1].repeat(2) : codes[^1];                               // [B or 2B]
            var logits = IndependentRows.Run(() => writer.Next(last));                                         // [B or 2B, K]
            if (guided) logits = GuideWithOwnScalars(logits, batch, options.GuidanceAt(n, config.TokenCount)); // after the interval the unguided half still runs, as in the reference
            observe?.Invoke(logits);
            var filtered = LogitsFilter.Apply(logits, options);                                                // [B, K]
            var code = options.Greedy ? filtered.argmax(-1) : LogitsFilter.Draw(filtered, uniform.narrow(1, n, 1)); // [B]
            codes.Add(code.MoveToOuterDisposeScope());
            written?.Invoke(n, code);
        }
        return stack(codes, 1).MoveToOuterDisposeScope();                                                      // [B, N]
    }

    private static Tensor GuideWithOwnScalars(Tensor logits, long batch, double scale)
    {
        var conditional = logits.narrow(0, 0, batch);
        if (scale == 1) return conditional;
        var unconditional = logits.narrow(0, batch, batch);
        using Scalar factor = scale; // another one for each code
        return unconditional.Plus((conditional - unconditional).mul(factor));
    }
}
