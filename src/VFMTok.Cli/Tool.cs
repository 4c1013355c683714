using System.CommandLine;

namespace VFMTok.Cli;

/// <summary>The command line: 0 = done, 1 = the job failed, 2 = wrong usage. Every error is one sentence on the error stream.</summary>
internal static class Tool
{
    public const int Done = 0, Failed = 1, WrongUsage = 2;

    public static int Run(string[] arguments, TextWriter output, TextWriter error, TextReader? input = null)
    {
        var root = new RootCommand("Images to tokens and back, and new images of a class (VFMTok, arXiv 2507.08441)." + Environment.NewLine +
            "Example: vfmtok train --images photos --preset tiny --output model.zip");
        var console = new ToolConsole(output, error, input ?? Console.In);
        foreach (var command in new Command[] { TrainCommand.Create(console), TokenizeCommand.Create(console), EncodeCommand.Create(console), ReconstructCommand.Create(console), GenerateCommand.Create(console), InspectCommand.Create(console), ReportCommand.Create(console), PretrainCommand.Create(console), ImportCommand.Create(console), ExportCommand.Create(console), VisualizeCommand.Create(console), EvaluateCommand.Create(console) })
            root.Add(command);
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            error.WriteLine($"{parsed.Errors[0].Message.TrimEnd('.', '\n', '\r')}; see 'vfmtok --help'.");
            return WrongUsage;
        }
        try
        {
            return parsed.Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        }
        catch (Exception e)
        {
            var cause = e is AggregateException { InnerExceptions.Count: > 0 } many ? many.InnerExceptions[0] : e;
            error.WriteLine(cause is OperationCanceledException and not (Training.TrainingCanceledException or Training.EncodingCanceledException or EvaluationCanceledException) ? "Cancelled; nothing was written." : OneSentence(cause.Message));
            return cause is UsageException ? WrongUsage : Failed;
        }
    }

    // .NET appends " (Parameter 'x')" to argument errors; users have no parameters.
    private static string OneSentence(string message)
    {
        var line = string.Join(' ', message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        var parameter = line.IndexOf(" (Parameter '", StringComparison.Ordinal);
        return parameter < 0 ? line : line[..parameter];
    }
}

/// <summary>An option has a value that makes no sense.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>Where a command writes, and where it reads lines from, if it does.</summary>
internal sealed record ToolConsole(TextWriter Output, TextWriter Error, TextReader? Input = null)
{
    /// <summary>An ML.NET context whose warnings reach the error stream.</summary>
    public Microsoft.ML.MLContext Context(int seed = 1, int? gpu = null)
    {
        var ml = new Microsoft.ML.MLContext(seed) { GpuDeviceId = gpu, FallbackToCpu = false };
        ml.Log += (_, e) =>
        {
            if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning && e.Source.StartsWith("Vfm", StringComparison.Ordinal)) Error.WriteLine("warning: " + e.RawMessage);
        };
        return ml;
    }

    /// <summary>One line of JSON.</summary>
    public void Json(object value) => Output.WriteLine(System.Text.Json.JsonSerializer.Serialize(value));
}
