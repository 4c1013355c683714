using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VFMTok.Runtime;

/// <summary>Loads libtorch and TorchSharp's native library before the first use of any TorchSharp type.</summary>
/// <remarks>
/// TorchSharp 0.107's <c>libLibTorchSharp.so</c> carries the version need <c>GLIBCXX_3.4.32</c> (GCC 13). The only symbol behind it is the link-time marker
/// <c>std::ios_base_library_init</c>, to which no relocation refers, so on systems with an older libstdc++ (Debian 12, Ubuntu 22.04, RHEL 9) the library is sound
/// but refused. Only when the direct load failed, and only for that one version, the need is marked weak in a copy held in memory. Anything else missing stays an error.
/// </remarks>
public static class NativeBackend
{
    /// <summary>The one version need that may be waived.</summary>
    internal const string WaivedVersion = "GLIBCXX_3.4.32";

    private const string TorchSharpLibrary = "libLibTorchSharp.so";

    // In load order. CUDA flavours are there only in an application built with TorchBackend=cuda.
    private static readonly string[] LibTorch =
        ["libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so"];

    private static Exception? _failure;

    /// <summary>Runs once, when this assembly is loaded. Never throws: the failure is reported by <see cref="EnsureLoaded"/>, at a place that the caller can see.</summary>
    [ModuleInitializer]
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "CA2255", Justification = "Must run before the first TorchSharp type is touched.")]
    internal static void Initialize()
    {
        try
        {
            if (!OperatingSystem.IsLinux()) return;
            ProcessSettings.Apply();
            if (FindDirectory() is { } directory) Load(directory);
        }
        catch (Exception e) when (e is DllNotFoundException or InvalidDataException or IOException or EntryPointNotFoundException)
        {
            _failure = e;
        }
    }

    /// <summary>Checks that the native backend is there.</summary>
    /// <exception cref="InvalidOperationException">It is not; the message says what is missing and what to do.</exception>
    public static void EnsureLoaded()
    {
        if (_failure is { } e)
            throw new InvalidOperationException($"The native torch backend could not be loaded: {e.Message.TrimEnd('.')}. " +
                "Add the package libtorch-cpu-linux-x64 (or TorchSharp-cuda-linux) to the application and build it again.", e);
    }

    /// <summary>Loads the libraries of one folder: as they are if that works, else with the one version need waived.</summary>
    /// <returns>Whether the need had to be waived.</returns>
    /// <exception cref="DllNotFoundException">A library, or one that it depends on, is missing; the message names it.</exception>
    internal static bool Load(string directory)
    {
        var path = Path.Combine(directory, TorchSharpLibrary);
        if (NativeLibrary.TryLoad(path, out _)) return false;
        foreach (var name in LibTorch)
        {
            var library = FindBeside(directory, name);
            if (library is not null) NativeLibrary.Load(library);
        }
        var image = File.ReadAllBytes(path);
        if (ElfVersionNeeds.MarkWeak(image, WaivedVersion) == 0)
        {
            NativeLibrary.Load(path); // the need was not the reason: throws with the loader's own words
            return false;
        }
        LoadFromMemory(image);
        return true;
    }

    /// <summary>Loads a shared library from bytes through an anonymous file: nothing is written to disk.</summary>
    internal static void LoadFromMemory(ReadOnlySpan<byte> image)
    {
        using var file = new SafeFileHandle(CreateAnonymousFile(TorchSharpLibrary, 0), ownsHandle: true);
        if (file.IsInvalid) throw new IOException($"memfd_create failed with error {Marshal.GetLastPInvokeError()}.");
        RandomAccess.Write(file, image, 0);
        NativeLibrary.Load($"/proc/self/fd/{file.DangerousGetHandle()}");
    }

    private static string? FindBeside(string directory, string name) =>
        SearchDirectories().Prepend(directory).Select(d => Path.Combine(d, name)).FirstOrDefault(File.Exists);

    private static string? FindDirectory() => SearchDirectories().FirstOrDefault(d => File.Exists(Path.Combine(d, TorchSharpLibrary)));

    private static IEnumerable<string> SearchDirectories()
    {
        yield return AppContext.BaseDirectory;
        yield return Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native");
        yield return Path.Combine(AppContext.BaseDirectory, "runtimes", $"linux-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}", "native");
        foreach (var d in (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)) yield return d;
    }

    [DllImport("libc", EntryPoint = "memfd_create", SetLastError = true)]
    private static extern int CreateAnonymousFile([MarshalAs(UnmanagedType.LPUTF8Str)] string name, uint flags);
}
