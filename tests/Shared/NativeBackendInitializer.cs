using System.Runtime.CompilerServices;
using VFMTok.Runtime;

namespace VFMTok.Tests.Shared;

/// <summary>Tests may touch TorchSharp before any type of the library: the library's own initializer must have run by then.</summary>
internal static class NativeBackendInitializer
{
    [ModuleInitializer]
    internal static void Initialize() => NativeBackend.EnsureLoaded();
}
