using System.Text.Json;
using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Training;
using VFMTok.Training.Discriminators;
using VFMTok.Training.Losses;
using static TorchSharp.torch;

namespace VFMTok.Tests.Golden;

/// <summary>Golden kinds of training.</summary>
internal static class TrainingRunners
{
    public static void Schedule(GoldenCase golden)
    {
        foreach (var variant in golden.Config.GetProperty("variants").EnumerateArray())
        {
            double Number(string name) => variant.GetProperty(name).GetDouble();
            var decay = variant.GetProperty("decay_steps") is { ValueKind: JsonValueKind.Number } steps ? steps.GetInt64() : (long)(Number("n_epoch") * Number("n_iter_per_epoch"));
            var schedule = new CosineSchedule(Number("lr"), Number("lr_min"), variant.GetProperty("warmup_steps").GetInt64(), Number("warmup_lr_init"), decay);
            var rates = variant.GetProperty("steps").EnumerateArray().Select(s => schedule.At(s.GetInt64())).Prepend(schedule.At(0)); // the rate right after construction comes first
            golden.Compare(variant.GetProperty("name").GetString() + ".lr", tensor(rates.ToArray()));
        }
        golden.RequireAllCompared();
    }

    public static void Perceptual(GoldenCase golden)
    {
        using var loss = new LearnedPerceptualLoss();
        loss.eval();
        golden.FillWeights(StateDict.Of(loss, LearnedPerceptualLoss.Names));
        var (input, target) = (golden.Input("input"), golden.Input("target").requires_grad_());
        var value = loss.call(input, target);
        value.mean().backward();
        golden.Compare("value", value);
        golden.Compare("grad_target", target.grad!);
        using var noGradient = no_grad();
        golden.Compare("per_layer", loss.PerLayer(input, target));
        golden.Compare("self_distance_is_zero", loss.call(input, input));
        var features = loss.Features(input);
        for (var i = 0; i < features.Length; i++)
        {
            golden.Compare($"vgg.feature{i}.strided", features[i][TensorIndex.Colon, TensorIndex.Slice(step: 8), TensorIndex.Slice(step: 2), TensorIndex.Slice(step: 2)]);
            golden.Compare($"vgg.feature{i}.mean_std", stack([features[i].mean(), features[i].std()]));
        }
        golden.RequireAllCompared();
    }

    public static void PatchDiscriminator(GoldenCase golden)
    {
        var depth = golden.Config.GetProperty("n_layers").GetInt32();
        using var network = new PatchDiscriminator(golden.Config.GetProperty("ndf").GetInt32(), depth);
        var names = VFMTok.Training.Discriminators.PatchDiscriminator.Names(depth);
        golden.FillWeights(StateDict.Of(network, names));
        network.train();
        var (real, fake) = (golden.Input("real"), golden.Input("fake").requires_grad_());
        var logitsFake = network.call(fake);
        var logitsReal = network.call(real);
        golden.Compare("train.logits_fake", logitsFake);
        golden.Compare("train.logits_real", logitsReal);
        foreach (var (name, kind) in new[] { ("hinge", AdversarialLossKind.Hinge), ("vanilla", AdversarialLossKind.Softplus), ("non_saturating", AdversarialLossKind.SwappedCrossEntropy) })
            golden.Compare("d_loss." + name, AdversarialLoss.Discriminator(logitsReal, logitsFake, kind));
        foreach (var (name, kind) in new[] { ("hinge", AdversarialLossKind.Hinge), ("softplus", AdversarialLossKind.Softplus), ("non_saturating", AdversarialLossKind.SwappedCrossEntropy) })
        {
            fake.grad?.zero_();
            var loss = AdversarialLoss.Generator(logitsFake, kind);
            loss.backward(retain_graph: true);
            golden.Compare("g_loss." + name, loss);
            golden.Compare("grad_fake." + name, fake.grad!);
        }
        network.zero_grad();
        AdversarialLoss.Discriminator(logitsReal, network.call(fake.detach()), AdversarialLossKind.Hinge).backward();
        foreach (var (name, parameter) in network.named_parameters())
            if (golden.HasOutput("d_hinge_grad." + names.ToOfficial(name))) golden.Compare("d_hinge_grad." + names.ToOfficial(name), parameter.grad!);
        foreach (var (name, tensor) in StateDict.Of(network, names))
            if (golden.HasOutput("after_train." + name)) golden.Compare("after_train." + name, tensor);
        var tracked = StateDict.Of(network, names).Where(t => t.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal)).Select(t => t.Tensor).ToArray();
        golden.Compare("after_train.num_batches_tracked", golden.Expected("after_train.num_batches_tracked").dim() == 0 ? tracked[0] : stack(tracked));
        network.eval();
        golden.Compare("eval.logits_fake", network.call(fake));
        golden.Compare("eval.logits_real", network.call(real));
        golden.RequireAllCompared();
    }
}
