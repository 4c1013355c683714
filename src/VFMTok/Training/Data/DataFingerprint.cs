using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace VFMTok.Training;

/// <summary>A short text that tells one set of images from another: their number, and a hash of what is added.</summary>
internal sealed class DataFingerprint : IDisposable
{
    /// <summary>Looking at every file of a large set would take minutes; so many, evenly spread, show a difference.</summary>
    public const int Samples = 1024;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Indices of the items that are looked at closely.</summary>
    public static IEnumerable<int> Sample(int count) => count <= Samples ? Enumerable.Range(0, count) : Enumerable.Range(0, Samples).Select(i => (int)((long)i * (count - 1) / (Samples - 1)));

    public DataFingerprint Add(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        return this;
    }

    public DataFingerprint Add(long number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        return Add(bytes);
    }

    public DataFingerprint Add(string text) => Add(text.Length).Add(Encoding.UTF8.GetBytes(text));

    /// <summary>The text.</summary>
    public string Finish(int count) => $"{count} images, {Convert.ToHexStringLower(_hash.GetHashAndReset().AsSpan(0, 8))}";

    public void Dispose() => _hash.Dispose();
}
