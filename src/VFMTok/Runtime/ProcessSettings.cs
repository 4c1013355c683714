using System.Runtime.InteropServices;

namespace VFMTok.Runtime;

/// <summary>Settings of the C library and of the OpenMP runtime that are chosen before libtorch is loaded. A variable that the user has set is left alone.</summary>
internal static class ProcessSettings
{
    /// <summary>AppContext switch: true leaves the process's allocator as it is.</summary>
    internal const string DefaultAllocatorSwitch = "VFMTok.DefaultAllocator";

    // Spins of an idle OpenMP thread before it sleeps; the runtime's own default is 300,000. Measured on two cores (benchmark "threads"), a step of 18 ms: beside two busy threads about 60 ms
    // with this and up to 1,100 ms with the default. Beside one busy thread 57 ms; 70 with 3,000, 110 with 10,000, 42 with the default. Fewer spins are slower alone: 20 ms with 1,000, 28 with 100.
    private const string Spins = "2000";

    /// <summary>Applies all of them; on Linux only.</summary>
    public static void Apply()
    {
        KeepFreedMemory();
        if (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null) SetDefault("GOMP_SPINCOUNT", Spins);
        SetDefault("TORCH_CPP_LOG_LEVEL", "ERROR"); // else libtorch reports a hundred times that NNPACK, which it does not need, lacks support for the processor
    }

    // A network frees and takes the same buffers at every step. glibc gives large ones back to the system each time, and every page of the next one costs a page
    // fault (measured: training is 2.2 times as fast without them). Up to 1 GiB of freed memory stays with the process.
    private static void KeepFreedMemory()
    {
        const int trimThreshold = -1, mapThreshold = -3; // M_TRIM_THRESHOLD, M_MMAP_THRESHOLD
        if (AppContext.TryGetSwitch(DefaultAllocatorSwitch, out var off) && off) return;
        try
        {
            _ = SetAllocatorOption(mapThreshold, 32 << 20); // glibc's maximum
            _ = SetAllocatorOption(trimThreshold, 1 << 30);
        }
        catch (EntryPointNotFoundException)
        {
            // another C library, such as musl: it has its own policy
        }
    }

    // .NET keeps its own copy of the environment; native libraries read the C library's.
    private static void SetDefault(string name, string value) => _ = SetEnvironment(name, value, overwrite: 0);

    [DllImport("libc", EntryPoint = "mallopt")]
    private static extern int SetAllocatorOption(int option, int value);

    [DllImport("libc", EntryPoint = "setenv")]
    private static extern int SetEnvironment([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);
}
