using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Foundation;

/// <summary>How a small foundation model is pretrained.</summary>
public sealed class FoundationPretrainingOptions
{
    /// <summary>Side of the images, pixels.</summary>
    /// <value>Default 64.</value>
    public int ImageSize { get; set; } = 64;
    /// <summary>Size of the network.</summary>
    /// <value>Default <see cref="VisionTransformerConfig.Tiny"/>.</value>
    public VisionTransformerConfig Config { get; set; } = VisionTransformerConfig.Tiny;
    /// <summary>Steps.</summary>
    /// <value>Default 2000.</value>
    public int Steps { get; set; } = 2000;
    /// <summary>Images per step.</summary>
    /// <value>Default 64.</value>
    public int BatchSize { get; set; } = 64;
    /// <summary>Peak learning rate, after a warm-up of a twentieth of the steps and before a cosine decay.</summary>
    /// <value>Default 1e-3.</value>
    public double LearningRate { get; set; } = 1e-3;
    /// <summary>Share of the patches that is hidden and predicted.</summary>
    /// <value>Default 0.4.</value>
    public double MaskRatio { get; set; } = 0.4;
    /// <summary>Seed of weights and masks.</summary>
    /// <value>Default 1.</value>
    public long Seed { get; set; } = 1;
    /// <summary>Number of classes of each weak label; empty = none.</summary>
    /// <value>Default empty.</value>
    public IReadOnlyList<int> LabelSizes { get; set; } = [];
}

/// <summary>Pretrains small vision transformers: hidden patches are predicted (SimMIM, arXiv 2111.09886), and weak labels from the class token if there are any.</summary>
/// <remarks>For sizes that train on a CPU. Real foundation models are imported, not trained here.</remarks>
public static class FoundationPretrainer
{
    /// <summary>One training picture: fills the RGB bytes and the labels.</summary>
    /// <param name="index">Which picture; drawn or read anew.</param>
    /// <param name="rgb">ImageSize * ImageSize * 3 bytes to fill.</param>
    /// <param name="labels">One class index per weak label to fill.</param>
    public delegate void Draw(long index, Span<byte> rgb, Span<long> labels);

    /// <summary>Trains a model.</summary>
    /// <param name="options">How.</param>
    /// <param name="draw">Where the pictures come from; called from several threads.</param>
    /// <param name="report">Step, loss of the hidden patches, loss of the labels.</param>
    /// <param name="device">Where; default CPU.</param>
    public static VfmFoundationModel Train(FoundationPretrainingOptions options, Draw draw, Action<int, double, double>? report = null, ComputeDevice? device = null)
    {
        NativeBackend.EnsureLoaded();
        options.Config.Validate();
        var target = device ?? ComputeDevice.Cpu;
        using var outer = NewDisposeScope();
        var patch = options.Config.PatchSize;
        var (network, pixels, heads) = SeededDraws.Run(options.Seed, () =>
            (new VisionTransformer(options.Config), Weights.Linear(options.Config.Width, patch * patch * 3), options.LabelSizes.Select(n => Weights.Linear(options.Config.Width, n)).ToArray()));
        foreach (var module in heads.Append<nn.Module>(pixels).Append(network)) module.to(target.Torch);
        var parameters = network.parameters().Concat(pixels.parameters()).Concat(heads.SelectMany(h => h.parameters()));
        using var optimizer = new Training.AdamW(parameters, weightDecay: 0.05);
        var schedule = Training.CosineSchedule.ForRun(options.LearningRate, options.Steps);
        var next = Task.Run(() => Batch(options, draw, 0));
        for (var step = 0; step < options.Steps; step++)
        {
            var (rgb, labels) = next.GetAwaiter().GetResult();
            var following = step + 1;
            if (following < options.Steps) next = Task.Run(() => Batch(options, draw, following));
            using var scope = NewDisposeScope();
            var images = Pixels.ToImages(rgb, options.BatchSize, options.ImageSize, target.Torch);                    // [B, 3, S, S]
            var grid = options.ImageSize / patch;
            var hidden = SeededDraws.Run(RowSeeds.Combine(options.Seed, step), target.Torch, () => SeededDraws.Uniform(target.Torch, options.BatchSize, grid * grid)).Below(options.MaskRatio); // [B, N]
            var tokens = network.Tokens(FoundationInput.Normalise(images), hidden);                                   // [B, 1 + R + N, C]
            var error = (pixels.call(network.Patches(tokens)) - Patches(images, patch)).abs().mean([2]);              // [B, N]
            var weight = where(hidden, ones_like(error), ScalarArithmetic.FullLike(error, 0.2));                                     // what is seen must survive too, but weighs less
            var masked = (error * weight).sum() / weight.sum();
            var loss = masked;
            var weak = zeros(1, device: target.Torch);
            for (var h = 0; h < heads.Length; h++)
            {
                var wanted = tensor(labels[h]).to(target.Torch);
                weak = weak.Plus(nn.functional.cross_entropy(heads[h].call(tokens.select(1, 0)), wanted))
                    .Plus(nn.functional.cross_entropy(heads[h].call(network.Patches(tokens).mean([1])), wanted));     // class token and mean both become useful features
            }
            if (heads.Length > 0) loss = loss.Plus(weak.sum().Times(0.1));
            optimizer.ZeroGradients();
            loss.backward();
            optimizer.StepWithOwnScalars(schedule.At(step + 1), clip: 1);
            report?.Invoke(step, masked.item<float>(), weak.item<float>());
        }
        foreach (var head in heads.Append(pixels)) head.Dispose();
        return new VfmFoundationModel(network, options.ImageSize, target);
    }

    private static (byte[] Rgb, long[][] Labels) Batch(FoundationPretrainingOptions options, Draw draw, int step)
    {
        var bytes = options.ImageSize * options.ImageSize * 3;
        var rgb = new byte[options.BatchSize * bytes];
        var labels = options.LabelSizes.Select(_ => new long[options.BatchSize]).ToArray();
        Parallel.For(0, options.BatchSize, i =>
        {
            var own = new long[labels.Length];
            draw((long)step * options.BatchSize + i, rgb.AsSpan(i * bytes, bytes), own);
            for (var l = 0; l < own.Length; l++) labels[l][i] = own[l];
        });
        return (rgb, labels);
    }

    // [B, 3, S, S] to [B, N, P * P * 3], row-major patches.
    private static Tensor Patches(Tensor images, int patch)
    {
        var (batch, grid) = (images.shape[0], images.shape[2] / patch);
        return images.reshape(batch, 3, grid, patch, grid, patch).permute(0, 2, 4, 3, 5, 1).reshape(batch, grid * grid, -1);
    }
}
