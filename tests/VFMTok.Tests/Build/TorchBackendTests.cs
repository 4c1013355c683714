using System.Diagnostics;
using System.Text.Json;

namespace VFMTok.Tests.Build;

/// <summary>One property chooses the native packages of applications, and libraries never bring any.</summary>
public class TorchBackendTests
{
    private static readonly string Cpu = OperatingSystem.IsWindows() ? "libtorch-cpu-win-x64" : OperatingSystem.IsMacOS() ? "libtorch-cpu-osx-arm64" : "libtorch-cpu-linux-x64";

    public static TheoryData<string, string, string[]> Cases()
    {
        string[] cuda = OperatingSystem.IsMacOS() ? [] : [OperatingSystem.IsWindows() ? "TorchSharp-cuda-windows" : "TorchSharp-cuda-linux"];
        var data = new TheoryData<string, string, string[]>();
        foreach (var application in new[] { "examples/QuickStart/QuickStart.csproj", "src/VFMTok.Cli/VFMTok.Cli.csproj", "tests/VFMTok.Tests/VFMTok.Tests.csproj" })
        {
            data.Add(application, "", [Cpu]);
            data.Add(application, "cpu", [Cpu]);
            data.Add(application, "cuda", cuda);
            data.Add(application, "none", []);
        }
        foreach (var library in new[] { "src/VFMTok/VFMTok.csproj", "src/VFMTok.ML/VFMTok.ML.csproj" })
            foreach (var backend in new[] { "cpu", "cuda" }) data.Add(library, backend, []);
        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Native_packages_follow_the_property(string project, string backend, string[] expected)
    {
        var (code, output) = Evaluate(project, "-getItem:PackageReference", backend);
        Assert.True(code == 0, output);
        using var json = JsonDocument.Parse(output);
        var packages = json.RootElement.GetProperty("Items").GetProperty("PackageReference").EnumerateArray().Select(p => p.GetProperty("Identity").GetString()!).ToArray();
        Assert.Contains("SkiaSharp", string.Join(' ', packages)); // the evaluation has seen the project's items
        Assert.Equal(expected, packages.Where(p => p.StartsWith("libtorch", StringComparison.OrdinalIgnoreCase) || p.StartsWith("TorchSharp-", StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public void Another_value_is_refused_with_what_is_allowed()
    {
        var (code, output) = Evaluate("examples/QuickStart/QuickStart.csproj", "-t:CheckTorchBackend", "rocm");
        Assert.NotEqual(0, code);
        Assert.Contains("TorchBackend is 'rocm'; allowed are cpu, cuda and none: pass -p:TorchBackend=cpu.", output);
    }

    private static (int Code, string Output) Evaluate(string project, string what, string backend)
    {
        List<string> arguments = ["msbuild", Path.Combine(Repository.Root, project), what, "-nologo"];
        if (backend.Length > 0) arguments.Add($"-p:TorchBackend={backend}");
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, WorkingDirectory = Repository.Root })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
