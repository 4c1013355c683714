using static TorchSharp.torch;

namespace VFMTok.Checkpoints.PyTorch;

/// <summary>A block of numbers in a PyTorch file; tensors are views of it.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="Type">Element type.</param>
/// <param name="Count">Elements.</param>
internal sealed record TorchStorage(string Key, ScalarType Type, long Count)
{
    /// <summary>Bytes.</summary>
    public long Length => Count * ElementTypes.SizeOf(Type);
}

/// <summary>Where the storages' bytes lie.</summary>
internal interface ITorchStorages : IDisposable
{
    /// <summary>Reads a part of a storage.</summary>
    /// <param name="storage">One that the file has.</param>
    /// <param name="offset">First byte within it.</param>
    /// <param name="bytes">To fill.</param>
    /// <exception cref="IOException">The file is damaged or cannot be read.</exception>
    void Read(TorchStorage storage, long offset, Span<byte> bytes);
}
