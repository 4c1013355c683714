using System.Text.Json;
using VFMTok.Training;
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
}
