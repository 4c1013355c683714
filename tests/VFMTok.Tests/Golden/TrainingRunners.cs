using System.Text.Json;
using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Training;
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
}
