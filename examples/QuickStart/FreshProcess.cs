using System.Diagnostics;
using System.Reflection;

namespace VFMTok.Examples.QuickStart;

/// <summary>Starts this program again.</summary>
internal static class FreshProcess
{
    public static bool Start(params string[] arguments)
    {
        var self = Environment.ProcessPath!;
        var throughHost = Path.GetFileNameWithoutExtension(self).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        var start = new ProcessStartInfo(self, throughHost ? [Assembly.GetExecutingAssembly().Location, .. arguments] : arguments);
        using var process = Process.Start(start)!;
        process.WaitForExit();
        if (process.ExitCode != 0) Console.Error.WriteLine($"The fresh process ended with exit code {process.ExitCode}; its message is above.");
        return process.ExitCode == 0;
    }
}
