// The whole path once: draw a labelled image set, train a tokenizer and a generator through an ML.NET pipeline, save one zip,
// load it in a fresh process, reconstruct held-out images, draw new ones of every class, and measure.
//   dotnet run -c Release --project examples/QuickStart [-- --output DIR]
using System.Diagnostics;
using VFMTok.Examples.QuickStart;

var watch = Stopwatch.StartNew();
if (args is ["--check", var trained])
{
    ReloadCheck.Run(new Layout(trained));
    return 0;
}
if (args is not ([] or ["--output", _]))
{
    Console.Error.WriteLine("Usage: QuickStart [--output DIR].");
    return 2;
}

var layout = new Layout(args.Length == 2 ? args[1] : "quickstart-output");
try
{
    layout.Create();
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"The output folder '{layout.Folder}' cannot be written ({e.Message.TrimEnd('.')}); choose another one with --output.");
    return 1;
}

TrainingRun.Run(layout);
Console.WriteLine($"{watch.Elapsed.TotalSeconds,5:f0} s  loading the zip in a fresh process");
if (!FreshProcess.Start("--check", layout.Folder)) return 1;
var summary = Summary.Write(layout, watch.Elapsed);
Console.WriteLine(summary);
Console.WriteLine($"Pictures: {layout.Reconstructions} and {layout.Samples}");
return 0;
