using System.Diagnostics;
using System.Globalization;
using VFMTok.Runtime;

namespace VFMTok.Benchmarks;

/// <summary>This program again, in a process of its own, for what only a whole process can show.</summary>
internal static class ChildProcess
{
    /// <summary>First argument of such a process; it is no benchmark's name.</summary>
    public const string Argument = "--child";

    /// <summary>Does what such a process is for.</summary>
    public static void Do(string[] task)
    {
        NativeBackend.EnsureLoaded();
        switch (task)
        {
            case ["step", var rounds]: Threads.Steps(int.Parse(rounds, CultureInfo.InvariantCulture)); break;
            case ["spin", var parent]: Threads.Spin(int.Parse(parent, CultureInfo.InvariantCulture)); break;
            default: MemoryUse.Child(task); break;
        }
    }

    /// <summary>Runs a task and waits for it.</summary>
    /// <param name="task">Its arguments.</param>
    /// <returns>What it printed.</returns>
    public static string Run(params string[] task) => Run(task, []);

    /// <summary>Runs a task under other environment variables.</summary>
    /// <param name="task">Its arguments.</param>
    /// <param name="environment">Variables; null takes one away.</param>
    public static string Run(string[] task, IEnumerable<(string Name, string? Value)> environment)
    {
        using var process = Start(task, environment);
        var output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"The process for '{string.Join(' ', task)}' ended with {process.ExitCode}.");
    }

    /// <summary>Starts a task.</summary>
    /// <param name="task">Its arguments.</param>
    /// <param name="environment">Variables; null takes one away.</param>
    public static Process Start(string[] task, IEnumerable<(string Name, string? Value)> environment)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet") start.ArgumentList.Add(typeof(ChildProcess).Assembly.Location);
        foreach (var argument in task.Prepend(Argument)) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
