using System.Security.Cryptography;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace VFMTok.Checkpoints;

/// <summary>Moves a network's parameters and buffers to and from files under their official names.</summary>
internal static class StateDict
{
    /// <summary>Official name and tensor (shared, not copied) of every parameter and buffer.</summary>
    public static IReadOnlyList<(string Name, Tensor Tensor)> Of(nn.Module network, NameMap names) =>
        network.state_dict().Select(item => (names.ToOfficial(item.Key), item.Value)).OrderBy(item => item.Item1, StringComparer.Ordinal).ToArray();

    /// <summary>Fills the network from a file. Every tensor must be there, in its shape, finite, and nothing else may be but <paramref name="unused"/>.</summary>
    /// <exception cref="InvalidCheckpointException">Something is missing, left over, of the wrong shape, or NaN or infinite; the message names the first few.</exception>
    public static void Load(nn.Module network, NameMap names, ITensorFile file, string fileName, params string[] unused)
    {
        var wanted = Of(network, names);
        var missing = wanted.Select(w => w.Name).Where(n => !file.Contains(n)).ToArray();
        if (missing.Length > 0) throw new InvalidCheckpointException($"'{fileName}' lacks {Few(missing)}; it was made for another network or configuration.");
        var known = wanted.Select(w => w.Name).Concat(unused).ToHashSet();
        var unexpected = file.Names.Where(n => !known.Contains(n)).ToArray();
        if (unexpected.Length > 0) throw new InvalidCheckpointException($"'{fileName}' holds {Few(unexpected)} that the network does not have; it was made for another configuration.");
        foreach (var (name, tensor) in wanted)
        {
            var shape = file.ShapeOf(name);
            if (!shape.SequenceEqual(tensor.shape))
                throw new InvalidCheckpointException($"'{name}' of '{fileName}' has the shape ({string.Join(", ", shape)}) where the configuration needs ({string.Join(", ", tensor.shape)}); the file and its configuration do not belong together.");
            if (torch.is_floating_point(file.TypeOf(name)) != tensor.is_floating_point())
                throw new InvalidCheckpointException($"'{name}' of '{fileName}' has the type {file.TypeOf(name)} where the network needs {tensor.dtype}; the file was changed: use the original one.");
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var value = file.Read(name);
            if (value.is_floating_point() && !value.isfinite().all().item<bool>())
                throw new InvalidCheckpointException($"'{name}' of '{fileName}' holds NaN or infinite numbers; train or download the model again.");
            tensor.copy_(value);
        }
    }

    /// <summary>SHA-256 over the configuration and every tensor (name, type, shape, bytes); the first 32 hexadecimal digits.</summary>
    public static string Hash(string configuration, IEnumerable<(string Name, Tensor Tensor)> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(configuration));
        foreach (var (name, tensor) in tensors)
        {
            using var scope = NewDisposeScope();
            hash.AppendData(Encoding.UTF8.GetBytes($"\n{name} {tensor.dtype} {string.Join(',', tensor.shape)}\n"));
            hash.AppendData(tensor.detach().cpu().contiguous().bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }

    private static string Few(string[] names) => names.Length switch
    {
        1 => $"the tensor '{names[0]}'",
        <= 3 => $"the tensors '{string.Join("', '", names)}'",
        _ => $"{names.Length} tensors ('{string.Join("', '", names[..3])}', ...)",
    };
}
