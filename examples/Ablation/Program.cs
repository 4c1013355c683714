// The claims of the paper's table 4 at small scale: the same budget for a plain grid, a grid on frozen features, region-adaptive queries, several levels, and feature reconstruction.
//   dotnet run -c Release --project examples/Ablation [-- --output DIR] [--quick] [--times N] [--sets scenes,shapes] [--seeds 1,2,3] [--variants a-grid,e-vfmtok]
// Finished runs are kept in the output folder: the same command goes on where it was stopped, and several processes may share the work by their seeds.
using VFMTok.Examples.Ablation;

if (!Arguments.TryParse(args, out var wanted, out var fault))
{
    Console.Error.WriteLine(fault);
    return 2;
}
try
{
    Directory.CreateDirectory(wanted.Output);
    foreach (var name in wanted.Sets)
    {
        var runs = wanted.Seeds.SelectMany(seed => wanted.Variants.Select(variant => (Variant: variant, Seed: seed))).Where(r => RunResult.Find(wanted.Output, name, r.Variant.Key, r.Seed, wanted.Budget) is null).ToArray();
        if (runs.Length == 0) continue;
        Console.WriteLine($"{name}: {runs.Length} runs");
        var set = ImageSet.Draw(name, wanted.Budget.TrainingImages, wanted.Budget.HeldOutImages);
        using var yardstick = new Yardstick(set, wanted.Output, wanted.Budget);
        foreach (var (variant, seed) in runs)
            new Experiment(set, yardstick, variant, seed, wanted.Budget, wanted.Output, line => Console.WriteLine($"{RunResult.NameOf(name, variant.Key, seed)}  {line}")).Run().Save(wanted.Output);
    }
    var report = Path.Combine(wanted.Output, "report.md");
    File.WriteAllText(report, Report.Write(wanted));
    Console.WriteLine(File.ReadAllText(report));
    Console.WriteLine($"Report: {report}; pictures and figures of every run beside it.");
    return 0;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"The output folder '{wanted.Output}' cannot be used ({e.Message.TrimEnd('.')}); choose another one with --output.");
    return 1;
}
