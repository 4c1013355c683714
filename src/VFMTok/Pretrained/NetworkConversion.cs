using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Pretrained;

/// <summary>Writes a network's file from other files, tensor by tensor: the network itself is never in memory.</summary>
/// <param name="Metadata">What the file says of itself.</param>
/// <param name="Tensors">Names and tensors of the network, which need no memory.</param>
/// <param name="Source">Where the numbers come from, under official names.</param>
internal sealed record NetworkConversion(ModelMetadata Metadata, IReadOnlyList<(string Name, Tensor Tensor)> Tensors, ITensorFile Source)
{
    private static readonly string NoHash = new('0', ContentHash.Length);

    /// <summary>Tensors that the source may hold and the network does not have.</summary>
    public string[] Unused { get; init; } = [];

    /// <summary>Tensors that the network computes itself, with memory, and the source may lack.</summary>
    public string[] Constants { get; init; } = [];

    /// <summary>Bytes of the network's tensors.</summary>
    public long Length => Tensors.Sum(t => t.Tensor.numel() * t.Tensor.ElementSize);

    /// <summary>Checks that source and network fit, without reading numbers.</summary>
    /// <exception cref="InvalidCheckpointException">Tensors are missing, left over or of another shape or type.</exception>
    public void Check() => StateDict.Check([.. Tensors.Where(t => !IsOwn(t.Name))], Source, Unused);

    /// <summary>Writes the file.</summary>
    /// <param name="path">Replaced only when everything has been written.</param>
    /// <param name="allowNonFinite">Whether NaN and infinity are taken over.</param>
    /// <param name="written">Told the bytes of each tensor.</param>
    /// <param name="cancellation">Checked before every tensor.</param>
    /// <returns>The content hash.</returns>
    /// <exception cref="InvalidCheckpointException">A source is damaged, or a number is NaN or infinite.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public string Write(string path, bool allowNonFinite, Action<long> written, CancellationToken cancellation)
    {
        Check();
        var result = "";
        AtomicFile.Write(path, stream =>
        {
            using var noGradient = no_grad();
            using var hash = new ContentHash(Metadata.HashPrefix);
            SafetensorsWriter.WriteHeader(stream, Tensors, Metadata.WithHash(NoHash)); // keeps the place
            foreach (var entry in Tensors)
            {
                cancellation.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                var tensor = IsOwn(entry.Name) ? entry.Tensor : (allowNonFinite ? Source.Read(entry.Name) : StateDict.ReadFinite(Source, entry.Name)).to(entry.Tensor.dtype);
                hash.Append(entry.Name, tensor);
                SafetensorsWriter.WriteData(stream, tensor);
                written(entry.Tensor.numel() * entry.Tensor.ElementSize);
            }
            result = hash.Finish();
            stream.Position = 0;
            SafetensorsWriter.WriteHeader(stream, Tensors, Metadata.WithHash(result));
        });
        return result;
    }

    private bool IsOwn(string name) => Constants.Contains(name) && !Source.Contains(name);
}
