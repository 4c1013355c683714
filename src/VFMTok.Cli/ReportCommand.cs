using System.CommandLine;
using VFMTok.Training.Reporting;

namespace VFMTok.Cli;

/// <summary><c>vfmtok report</c>: the report of a training that still runs, or that was killed.</summary>
internal static class ReportCommand
{
    public static Command Create(ToolConsole console)
    {
        var run = new Argument<string>("run") { Description = "Folder of a training, such as model-training." };
        var command = new Command("report", "Writes the report of a training from its records, also while it runs." + Environment.NewLine + "Example: vfmtok report model-training") { run };
        command.SetAction(parsed =>
        {
            var folder = parsed.GetValue(run)!;
            if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"There is no folder '{folder}'; give the folder of a training.");
            var phases = TrainingReport.Phases(folder);
            if (phases.Count == 0) throw new FileNotFoundException($"'{folder}' holds no record of a training; give the folder that 'vfmtok train' keeps beside its zip.");
            foreach (var phase in phases) console.Output.WriteLine(TrainingReport.Write(folder, phase));
            return Tool.Done;
        });
        return command;
    }
}
