using System.IO.MemoryMappedFiles;

namespace VFMTok.Training;

/// <summary>The bytes of a file, mapped into memory: read by the system when they are touched, dropped when memory is short. Nothing may shorten the file meanwhile.</summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly int _length;
    private bool _disposed;

    /// <exception cref="InvalidDataException">It is empty or larger than 2 GiB.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public MappedFile(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1);
        if (file.Length is 0 or > int.MaxValue) throw new InvalidDataException(file.Length == 0 ? "it is empty" : "it is larger than 2 GiB");
        _length = (int)file.Length;
        using var map = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = map.CreateViewAccessor(0, _length, MemoryMappedFileAccess.Read); // keeps the mapping; the file itself is closed, so that many shards need no handles
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += _view.PointerOffset;
    }

    /// <summary>All of it.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(CodeCache));
            return new ReadOnlySpan<byte>(_start, _length);
        }
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
    }
}
