using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Generation;
using VFMTok.Runtime;
using VFMTok.Tokenizer;
using static TorchSharp.torch;

namespace VFMTok.Tests.Golden;

/// <summary>Golden kinds of the paper's own sizes. Of large tensors the fixtures hold samples, means and deviations.</summary>
internal static class FullScaleRunners
{
    public const string TokenizerKind = "fullscale_tokenizer", GeneratorKind = "fullscale_gpt";

    public static void Tokenizer(GoldenCase golden)
    {
        var config = TokenizerRunners.Config(golden.Config);
        Assert.Equal(Plain(TokenizerConfig.Paper), Plain(config));
        using var network = SeededDraws.LeaveOut(() => new VfmTokenizer(TokenizerConfig.Paper));
        network.eval();
        golden.FillWeights(StateDict.Of(network, VfmTokenizer.Names));
        using var noGradient = no_grad();
        var images = golden.Input("images");
        using (NewDisposeScope()) // frees what the layers have made: gigabytes
            foreach (var (name, value) in TokenizerRunners.Stages(network, images))
                CompareSampled(golden, name, name is "indices" or "quant" ? Settled(golden, value, name, "index_margins") : value);
        var indices = Freed(() => network.Encode(images));
        var decoded = Freed(() => network.Decode(indices));
        CompareSampled(golden, "recon", decoded);
        golden.Compare("recon.strided3", Every(Every(decoded, 2, 3), 3, 3));
        golden.Compare("decode_tokens_256.strided2", Every(Every(VfmTokenizer.ToBytes(decoded, 256), 2, 2), 3, 2));
        golden.RequireAllCompared();

        // Records compare lists by reference, and dropouts are no concern of an evaluation.
        static string Plain(TokenizerConfig c) => $"{c with { Levels = [], PixelMultipliers = [], DecoderDropout = 0 }} {string.Join(',', c.Levels)} {string.Join(',', c.PixelMultipliers)}".Replace("System.Int32[]", "");
    }

    public static void Generator(GoldenCase golden)
    {
        Assert.Equal(GeneratorConfig.B, GeneratorRunners.Config(golden.Config));
        using var network = GeneratorRunners.Network(golden);
        network.eval();
        using var noGradient = no_grad();
        var classes = golden.Input("cond").to(ScalarType.Int64);
        var steps = golden.Config.GetProperty("steps").GetInt32();
        Greedy(golden, network, classes, steps, "cfg1", 1);
        Greedy(golden, network, classes, steps, "cfg1p75", 1.75);
        var logits = network.Logits(classes, golden.Input("prompt_tokens").to(ScalarType.Int64));     // [1, 256, K]
        golden.Compare("teacher_forced.logits.strided", Every(Every(logits, 1, 15), 2, 64));
        golden.Compare("teacher_forced.logits.mean_std", Moments(logits));
        golden.Compare("teacher_forced.argmax", Settled(golden, logits.argmax(-1), "teacher_forced.argmax", "teacher_forced.argmax_margins"));
        golden.RequireAllCompared();
    }

    // The first codes of an image; it is not written to its end.
    private static void Greedy(GoldenCase golden, AutoregressiveTransformer network, Tensor classes, int steps, string name, double guidance)
    {
        var (all, tokens) = (new List<Tensor>(), new List<Tensor>());
        using var enough = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => CodeSampler.Sample(network, classes, zeros(classes.shape[0], network.Config.TokenCount),
            new SamplingOptions { Greedy = true, GuidanceScale = guidance }, enough.Token, l => all.Add(l.clone().DetachFromDisposeScope()), (n, codes) =>
            {
                tokens.Add(codes.clone().DetachFromDisposeScope());
                if (n == steps - 1) enough.Cancel();
            }));
        var logits = stack(all, 1);                                                                   // [1, steps, K]
        golden.Compare(name + ".tokens", stack(tokens, 1));
        golden.Compare(name + ".logits.strided16", Every(logits, 2, 16));
        golden.Compare(name + ".logits.mean_std", Moments(logits));
        var (values, indices) = logits.topk(5);
        golden.Compare(name + ".top5.values", values);
        golden.Compare(name + ".top5.indices", indices);
        foreach (var tensor in all.Concat(tokens)) tensor.Dispose();
    }

    private static Tensor Freed(Func<Tensor> run)
    {
        using var scope = NewDisposeScope();
        return run().MoveToOuterDisposeScope();
    }

    private static void CompareSampled(GoldenCase golden, string name, Tensor value)
    {
        if (golden.HasOutput(name)) golden.Compare(name, value);
        if (!golden.HasOutput(name + ".sampled")) return;
        var flat = value.flatten();
        golden.Compare(name + ".sampled", Every(flat, 0, Math.Max(1, flat.numel() / 4096)));
        golden.Compare(name + ".mean_std", Moments(flat));
    }

    // Where the margin of a decision is so small that rounding may turn it, the case's own result stands in (notes of the cases).
    private static Tensor Settled(GoldenCase golden, Tensor value, string name, string margins)
    {
        var clear = golden.Expected(margins).gt(1e-4);                                                // one decision a row, or a number
        return where(value.numel() == clear.numel() ? clear.reshape(value.shape) : clear.reshape([.. value.shape[..^1], 1]), value, golden.Expected(name).to(value.dtype));
    }

    private static Tensor Every(Tensor x, int dimension, long step) => x.slice(dimension, 0, x.shape[dimension], step);

    private static Tensor Moments(Tensor x) => stack([x.mean([-1]), x.std(-1, unbiased: true)], -1);
}
