using System.Runtime.InteropServices;

namespace VFMTok.Kernels;

/// <summary>Memory outside of the managed heap that starts on a cache line.</summary>
internal sealed unsafe class AlignedMemory : IDisposable
{
    private const nuint Line = 64;

    private readonly long _bytes;
    private byte* _start;

    /// <param name="bytes">How much; not initialised.</param>
    public AlignedMemory(long bytes)
    {
        _bytes = Math.Max(bytes, 1);
        _start = (byte*)NativeMemory.AlignedAlloc((nuint)_bytes, Line);
        GC.AddMemoryPressure(_bytes);
    }

    ~AlignedMemory() => Free();

    /// <summary>First byte.</summary>
    public byte* Start
    {
        get
        {
            ObjectDisposedException.ThrowIf(_start is null, this);
            return _start;
        }
    }

    /// <summary>Fills it with zeros.</summary>
    public AlignedMemory Clear()
    {
        NativeMemory.Clear(Start, (nuint)_bytes);
        return this;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_start is null) return;
        NativeMemory.AlignedFree(_start);
        _start = null;
        GC.RemoveMemoryPressure(_bytes);
    }
}
