using System.Security.Cryptography;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace VFMTok.Checkpoints;

/// <summary>What a network is known by: SHA-256 over its configuration and every tensor (name, type, shape, bytes), taken in one after the other.</summary>
internal sealed class ContentHash : IDisposable
{
    /// <summary>Hexadecimal digits of a hash.</summary>
    public const int Length = 32;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <param name="configuration">Kind and configuration of the network.</param>
    public ContentHash(string configuration) => _hash.AppendData(Encoding.UTF8.GetBytes(configuration));

    /// <summary>Takes in a tensor; they come in the ordinal order of their names.</summary>
    public void Append(string name, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        _hash.AppendData(Encoding.UTF8.GetBytes($"\n{name} {tensor.dtype} {string.Join(',', tensor.shape)}\n"));
        _hash.AppendData(tensor.detach().cpu().contiguous().bytes);
    }

    /// <summary>The first 32 hexadecimal digits.</summary>
    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset())[..Length];

    public void Dispose() => _hash.Dispose();
}
