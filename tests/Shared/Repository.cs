namespace VFMTok.Tests;

/// <summary>Where the repository lies, found from the test assembly upwards.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder)
    {
        for (var d = new DirectoryInfo(folder); d is not null; d = d.Parent)
            if (File.Exists(Path.Combine(d.FullName, "VFMTok.ML.sln"))) return d.FullName;
        throw new DirectoryNotFoundException("The tests must run from inside the repository: VFMTok.ML.sln was not found above the test assembly.");
    }
}
