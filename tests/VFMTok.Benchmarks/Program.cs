// Measures, and prints one JSON object a line: { name, value, unit, ratio, against, precision, batch, threads }.
//   dotnet run -c Release --project tests/VFMTok.Benchmarks -- all|NAME... [--quick] [--device cpu|cuda]
using TorchSharp;
using VFMTok.Benchmarks;
using VFMTok.Runtime;

var benchmarks = new (string Name, Action<Settings> Run)[]
{
    ("encode", Encode.Run), ("pixels", PixelsBenchmark.Run), ("decode-step", DecodeStep.Run), ("train-step", TrainStep.Run), ("generator-epoch", GeneratorEpoch.Run), ("attention", _ => AttentionGradient.Run()), ("sampling", Sampling.Run),
    ("pipeline", Pipeline.Run), ("memory", MemoryUse.Run), ("threads", Threads.Run), ("evaluation", Evaluation.Run),
};
if (args is [ChildProcess.Argument, .. var task])
{
    ChildProcess.Do(task);
    return 0;
}
var (names, quick, device) = (new List<string>(), false, "cpu");
for (var i = 0; i < args.Length; i++)
    if (args[i] == "--quick") quick = true;
    else if (args[i] == "--device" && i + 1 < args.Length) device = args[++i];
    else names.Add(args[i]);
if (names is [] or ["all"]) names = [.. benchmarks.Select(b => b.Name)];
if (device is not ("cpu" or "cuda")) return Refuse($"There is no device '{device}'; allowed are cpu and cuda.");
if (names.Find(n => benchmarks.All(b => b.Name != n)) is { } unknown) return Refuse($"There is no benchmark '{unknown}'; allowed are all, {string.Join(", ", benchmarks.Select(b => b.Name))}, --quick and --device.");
NativeBackend.EnsureLoaded();
if (device == "cuda" && !torch.cuda.is_available()) return Refuse("There is no usable GPU; build with -p:TorchBackend=cuda on a machine with an NVIDIA driver, or use --device cpu.");
var settings = new Settings(quick, device == "cuda" ? new torch.Device(DeviceType.CUDA, 0) : torch.CPU);
foreach (var name in names) benchmarks.First(b => b.Name == name).Run(settings);
return 0;

static int Refuse(string message)
{
    Console.Error.WriteLine(message);
    return 2;
}
