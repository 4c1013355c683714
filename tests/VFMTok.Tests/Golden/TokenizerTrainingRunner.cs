using System.Text.Json;
using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Tests.Shared;
using VFMTok.Tokenizer;
using VFMTok.Training;
using VFMTok.Training.Discriminators;
using VFMTok.Training.Losses;
using static TorchSharp.torch;

namespace VFMTok.Tests.Golden;

/// <summary>Golden kind <c>tokenizer_train</c>: two whole steps of a training, with every loss, gradient, parameter, average and the discriminator, and five variants of the objective.</summary>
internal static class TokenizerTrainingRunner
{
    public static void Run(GoldenCase golden)
    {
        var trunk = DiscriminatorRunners.WriteTrunk(golden, module: 1);
        try
        {
            FirstPass(golden, trunk);
            TwoSteps(golden, trunk);
            Variants(golden, trunk);
        }
        finally
        {
            File.Delete(trunk);
        }
        golden.RequireAllCompared(name => name == "grad_is_none"); // which gradients are missing and which are zero: here all live in one buffer, and none is missing
    }

    // Forward and backward of the first step, before anything is clipped.
    private static void FirstPass(GoldenCase golden, string trunk)
    {
        using var run = new GoldenRun(golden, trunk, Options(golden));
        var output = run.Network.call(golden.Input("images0"));
        golden.Compare("step0.recon", output.Reconstruction);
        golden.Compare("step0.latent", output.TargetFeatures); // the reference calls the frozen features latent, and dinov2 what is predicted of them
        golden.Compare("step0.dinov2", output.PredictedFeatures);
        using (no_grad()) golden.Compare("step0.pre_quant", run.Network.BeforeQuantization(golden.Input("images0")));
        var (loss, _) = run.Objective.Compute(output, golden.Input("images0"), run.Adversary, run.Network.PixelDecoder.LastWeight, 0);
        loss.backward();
        run.CompareGradients("grad.");
    }

    private static void TwoSteps(GoldenCase golden, string trunk)
    {
        foreach (var (decay, prefix) in new[] { (0.9999, "ema2."), (0.5, "ema2_decay0p5.") })
        {
            using var run = new GoldenRun(golden, trunk, Options(golden, o => o.AverageDecay = decay));
            for (var step = 0; step < 2; step++)
            {
                var (name, logits) = ($"step{step}.", run.Logits);
                logits.Clear();
                var result = run.Training.Step(step, golden.Config.GetProperty("train").GetProperty("lr").GetDouble(), _ => golden.Input($"images{step}"));
                if (decay == 0.5) continue;
                Compare(golden, name, result);
                golden.Compare(name + "indices", run.Indices);
                golden.Compare(name + "codebook_used_tail", run.Network.Quantizer.Used.narrow(0, 65536 - 64, 64));
                golden.Compare(name + "logits_fake_gen.strided", logits[0][TensorIndex.Colon, TensorIndex.Slice(step: 4)]);
                golden.Compare(name + "disc.logits_fake.strided", logits[1][TensorIndex.Colon, TensorIndex.Slice(step: 4)]);
                golden.Compare(name + "disc.logits_real.strided", logits[2][TensorIndex.Colon, TensorIndex.Slice(step: 4)]);
            }
            var state = run.Training.State.ToDictionary(s => s.Name, s => s.Tensor);
            var frozen = StateDict.Of(run.Network, VfmTokenizer.Names).ToDictionary(s => s.Name, s => s.Tensor);
            foreach (var output in golden.OutputNames.Where(n => n.StartsWith(prefix, StringComparison.Ordinal)))
                golden.Compare(output, state.GetValueOrDefault("optimizer.average." + output[prefix.Length..]) ?? frozen[output[prefix.Length..]]); // the average of what is frozen is itself
            if (decay == 0.5) continue;
            const string discriminator = "step2.discriminator.";
            foreach (var output in golden.OutputNames.Where(n => n.StartsWith("step2.", StringComparison.Ordinal)))
                golden.Compare(output, state[output.StartsWith(discriminator, StringComparison.Ordinal) ? "discriminator." + output[discriminator.Length..] : "model." + output["step2.".Length..]]);
            using var noGradient = no_grad();
            run.Network.eval();
            golden.Compare("after2.eval_indices", run.Network.Encode(golden.Input("images0")).flatten());
            golden.Compare("after2.eval_recon", run.Network.Decode(run.Network.Encode(golden.Input("images0"))));
        }
    }

    private static void Compare(GoldenCase golden, string name, StepResult result)
    {
        foreach (var (output, figure) in new[] { ("rec_loss", "pixel"), ("p_loss", "perceptual"), ("vq_loss", "codebook"), ("commit_loss", "commitment"), ("sim_loss", "feature"), ("g_adv_loss", "adversarial"), ("codebook_usage", "usage") })
            golden.Compare(name + output, Number(result.Terms[figure]));
        golden.Compare(name + "entropy_loss", Number(0)); // its weight is zero: not computed
        golden.Compare(name + "loss_gen", Number(result.Loss));
        golden.Compare(name + "grad_norm", Number(result.GradientNorm));
        golden.Compare(name + "loss_disc", Number(result.Terms["discriminator"] * golden.Config.GetProperty("train").GetProperty("loss").GetProperty("disc_weight").GetDouble()));
        golden.Compare(name + "disc.grad_norm", Number(result.Terms["discriminatorGradientNorm"]));
    }

    private static void Variants(GoldenCase golden, string trunk)
    {
        Variant("entropy0p1", o => o.EntropyWeight = 0.1);
        Variant("adaptive", o => o.Adversarial!.AdaptiveWeight = true);
        Variant("l1_before_disc_start", o => (o.PixelLoss, o.Adversarial!.StartStep) = (PixelLossKind.L1, 100), step: 4);
        Variant("hinge_weights", o =>
        {
            (o.PixelWeight, o.PerceptualWeight, o.Adversarial!.Weight) = (2, 0.3, 0.8);
            (o.Adversarial.GeneratorLoss, o.Adversarial.DiscriminatorLoss) = (AdversarialLossKind.Hinge, AdversarialLossKind.Softplus);
        });
        Variant("patchgan_adapter", o => (o.Adversarial!.Discriminator, o.Adversarial.Width, o.Adversarial.GeneratorLoss, o.Adversarial.DiscriminatorLoss) =
            (DiscriminatorKind.Patch, 16, AdversarialLossKind.SwappedCrossEntropy, AdversarialLossKind.SwappedCrossEntropy));

        void Variant(string name, Action<TokenizerTrainingOptions> change, int step = 0)
        {
            using var run = new GoldenRun(golden, trunk, Options(golden, change));
            var images = golden.Input("images0");
            var output = run.Network.call(images);
            var (loss, terms) = run.Objective.Compute(output, images, run.Adversary.Counts(step) ? run.Adversary : null, run.Network.PixelDecoder.LastWeight, 0);
            loss.backward();
            var values = terms.ToDictionary(t => t.Name, t => t.Value);
            golden.Compare($"variant.{name}.loss_gen", loss);
            golden.Compare($"variant.{name}.entropy_loss", values.TryGetValue("entropy", out var entropy) ? entropy * run.Options.EntropyWeight : Number(0));
            if (values.TryGetValue("adaptiveWeight", out var factor)) golden.Compare($"variant.{name}.adaptive_weight", factor);
            run.CompareGradients($"variant.{name}.grad.");
            var discriminator = run.Adversary.Counts(step) ? run.Adversary.Learn([(output.Reconstruction, images, 0)], 1).Loss * run.Adversary.Weight : 0;
            golden.Compare($"variant.{name}.loss_disc", Number(discriminator));
        }
    }

    private static Tensor Number(double value) => tensor(value);

    private static TokenizerTrainingOptions Options(GoldenCase golden, Action<TokenizerTrainingOptions>? change = null)
    {
        var config = TokenizerRunners.Config(golden.Config) with { DecoderDropout = 0 };
        var options = new TokenizerTrainingOptions
        {
            Config = config, BatchSize = 2, PixelLoss = PixelLossKind.L2, PixelWeight = 1, AverageDecay = 0.9999, Codebook = new() { KMeansStart = false, RevivalEvery = 0 },
            Adversarial = new() { Discriminator = DiscriminatorKind.Dino, StartStep = 1, LearningRate = golden.Config.GetProperty("train").GetProperty("lr").GetDouble() },
        };
        change?.Invoke(options);
        return options;
    }

    /// <summary>A training with the case's weights in all four networks.</summary>
    private sealed class GoldenRun : IDisposable
    {
        private readonly GoldenCase _golden;
        private readonly LearnedPerceptualLoss _perceptual = new();
        private readonly TrainingBatches _batches;

        public GoldenRun(GoldenCase golden, string trunk, TokenizerTrainingOptions options)
        {
            (_golden, Options) = (golden, options);
            Network = new VfmTokenizer(options.Config);
            golden.FillWeights(StateDict.Of(Network, VfmTokenizer.Names));
            Discriminator network = options.Adversarial!.Discriminator == DiscriminatorKind.Patch ? new PatchDiscriminator(options.Adversarial.Width, options.Adversarial.Depth) : new DinoDiscriminator(DinoTrunk.Load(trunk));
            if (network is PatchDiscriminator) HashWeights.Fill(StateDict.Of(network, network.Names), "discriminator.", golden.Seed, 1);
            else golden.FillWeights(StateDict.Of(network, network.Names), 2);
            golden.FillWeights(StateDict.Of(_perceptual, LearnedPerceptualLoss.Names), 3);
            _perceptual.eval(); // the fixture's
            network.register_forward_hook((_, _, y) => { Logits.Add(y.detach().clone().DetachFromDisposeScope()); return null!; });
            Network.Quantizer.register_forward_hook((_, _, y) => { Indices = y.Indices.clone().DetachFromDisposeScope(); return null!; });
            Adversary = new Adversary(options.Adversarial, network, CPU);
            Objective = new TokenizerObjective(options, _perceptual);
            _batches = new TrainingBatches(new None(), options.Config.ImageSize, options.BatchSize, 1, new ReadAhead(0, 0), _ => { });
            Training = new TokenizerTraining(options, Network, new None(), _batches, CPU, _perceptual, Adversary);
        }

        public TokenizerTrainingOptions Options { get; }
        public VfmTokenizer Network { get; }
        public Adversary Adversary { get; }
        public TokenizerObjective Objective { get; }
        public TokenizerTraining Training { get; }
        public List<Tensor> Logits { get; } = [];
        public Tensor Indices { get; private set; } = null!;

        public void CompareGradients(string prefix)
        {
            var parameters = Network.named_parameters().ToDictionary(p => VfmTokenizer.Names.ToOfficial(p.name), p => p.parameter);
            foreach (var output in _golden.OutputNames.Where(n => n.StartsWith(prefix, StringComparison.Ordinal))) _golden.Compare(output, parameters[output[prefix.Length..]].grad!);
        }

        public void Dispose()
        {
            Training.Dispose();
            _batches.Dispose();
            Network.Dispose();
            foreach (var logits in Logits) logits.Dispose();
            Indices.Dispose();
        }

        private sealed class None : ITrainingImages
        {
            public int Count => 1;

            public void Read(int index, int size, Random? augmentation, Span<byte> rgb) => throw new NotSupportedException();
        }
    }
}
