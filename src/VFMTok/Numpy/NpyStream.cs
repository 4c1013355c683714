using System.IO.Hashing;

namespace VFMTok.Numpy;

/// <summary>The bytes of one array, from the first to the last, with what is known of them in advance.</summary>
/// <param name="stream">At the first byte; taken over.</param>
/// <param name="source">Tells faults.</param>
/// <param name="length">Bytes that there should be, or null if nobody knows.</param>
/// <param name="checksum">CRC-32 of all bytes, or null.</param>
internal sealed class NpyStream(Stream stream, NpySource source, long? length, uint? checksum) : IDisposable
{
    private readonly Crc32? _crc = checksum is null ? null : new();
    private long _read;

    /// <summary>Tells faults.</summary>
    public NpySource Source => source;

    /// <summary>Bytes that should still come, or null if nobody knows.</summary>
    public long? Left => length - _read;

    /// <summary>Reads as many bytes as fit.</summary>
    /// <exception cref="InvalidNumpyFileException">There are fewer, or they are damaged.</exception>
    public void Read(Span<byte> bytes)
    {
        var read = Some(bytes);
        if (read < bytes.Length) throw source.Bad($"ends after {_read + read} bytes, before its data do");
        _read += read;
        _crc?.Append(bytes);
    }

    /// <summary>Checks that nothing follows, and the checksum.</summary>
    /// <exception cref="InvalidNumpyFileException">Something follows, or the bytes were damaged.</exception>
    public void RequireEnd()
    {
        Span<byte> more = stackalloc byte[1];
        if (Some(more) > 0) throw source.Bad($"goes on after its data, which end after {_read} bytes");
        if (checksum is { } expected && _crc!.GetCurrentHashAsUInt32() != expected) throw source.Bad("has a wrong checksum");
    }

    public void Dispose() => stream.Dispose();

    private int Some(Span<byte> bytes)
    {
        try
        {
            return stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (NpySource.IsDamage(e))
        {
            throw source.Damaged(e);
        }
    }
}
