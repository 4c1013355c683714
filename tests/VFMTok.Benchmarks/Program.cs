// Measures, and prints one JSON object a line: { name, value, unit, ratio, against, precision, batch, threads }.
//   dotnet run -c Release --project tests/VFMTok.Benchmarks [-- NAME...]
using VFMTok.Benchmarks;
using VFMTok.Runtime;

NativeBackend.EnsureLoaded();
var all = new Dictionary<string, Action> { ["generator-epoch"] = GeneratorEpoch.Run, ["attention"] = AttentionGradient.Run, ["sampling"] = Sampling.Run };
foreach (var name in args.Length == 0 ? [.. all.Keys] : args)
{
    if (!all.TryGetValue(name, out var run))
    {
        Console.Error.WriteLine($"There is no benchmark '{name}'; allowed are {string.Join(", ", all.Keys)}.");
        return 2;
    }
    run();
}
return 0;
