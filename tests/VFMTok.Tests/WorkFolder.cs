namespace VFMTok.Tests;

/// <summary>A temporary folder that goes with its test.</summary>
internal sealed class WorkFolder : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("vfmtok-test").FullName;

    /// <summary>A name inside.</summary>
    public string Path(string name) => System.IO.Path.Combine(_root, name);

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
