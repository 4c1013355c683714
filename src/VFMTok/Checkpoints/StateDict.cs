using TorchSharp;
using static TorchSharp.torch;

namespace VFMTok.Checkpoints;

/// <summary>Moves a network's parameters and buffers to and from files under their official names.</summary>
internal static class StateDict
{
    /// <summary>Official name and tensor (shared, not copied) of every parameter and buffer.</summary>
    public static IReadOnlyList<(string Name, Tensor Tensor)> Of(nn.Module network, NameMap names) =>
        network.state_dict().Select(item => (names.ToOfficial(item.Key), item.Value)).OrderBy(item => item.Item1, StringComparer.Ordinal).ToArray();

    /// <summary>Checks, from the file's lists alone, that it is this network's: every tensor is there, in its shape and kind of numbers, and nothing else is but <paramref name="unused"/>.</summary>
    /// <param name="wanted">Names and tensors of the network; they may be without memory.</param>
    /// <param name="file">The file.</param>
    /// <param name="unused">Tensors that the file may hold and the network does not have.</param>
    /// <exception cref="InvalidCheckpointException">Something is missing, left over or of the wrong shape or type; the message names the first few.</exception>
    public static void Check(IReadOnlyList<(string Name, Tensor Tensor)> wanted, ITensorFile file, params string[] unused)
    {
        var known = wanted.Select(w => w.Name).Concat(unused).ToHashSet();
        var there = wanted.Where(w => file.Contains(w.Name)).ToArray();
        var faults = new List<string>();
        if (wanted.Where(w => !file.Contains(w.Name)).Select(w => w.Name).ToArray() is { Length: > 0 } missing) faults.Add($"it lacks {Few(missing)}");
        if (file.Names.Where(n => !known.Contains(n)).ToArray() is { Length: > 0 } unexpected) faults.Add($"it holds {Few(unexpected)} that the network does not have");
        if (there.Where(w => !file.ShapeOf(w.Name).SequenceEqual(w.Tensor.shape)).ToArray() is [var misshaped, ..] shapes)
            faults.Add($"'{misshaped.Name}'{Others(shapes.Length)} has the shape ({string.Join(", ", file.ShapeOf(misshaped.Name))}) where ({string.Join(", ", misshaped.Tensor.shape)}) is needed");
        if (there.Where(w => torch.is_floating_point(file.TypeOf(w.Name)) != w.Tensor.is_floating_point()).ToArray() is [var mistyped, ..] types)
            faults.Add($"'{mistyped.Name}'{Others(types.Length)} has the type {file.TypeOf(mistyped.Name)} where {mistyped.Tensor.dtype} is needed");
        if (faults.Count > 0) throw new InvalidCheckpointException($"'{file.FileName}' does not fit the network: {string.Join(", ", faults)}; it was made for another network or configuration.");

        static string Others(int count) => count == 1 ? "" : $" (and {count - 1} more)";
    }

    /// <summary>Fills the network from a file that fits it.</summary>
    /// <exception cref="InvalidCheckpointException">The file is another network's, or a number is NaN or infinite.</exception>
    public static void Load(nn.Module network, NameMap names, ITensorFile file, params string[] unused)
    {
        var wanted = Of(network, names);
        Check(wanted, file, unused);
        using var noGradient = no_grad();
        foreach (var (name, tensor) in wanted)
        {
            using var scope = NewDisposeScope();
            if (file.TryRead(name, tensor)) RequireFinite(tensor, file, name); // no second copy in memory
            else tensor.copy_(ReadFinite(file, name));
        }
    }

    /// <summary>Makes a network and fills it from a file of weights in any known format.</summary>
    /// <param name="path">The file.</param>
    /// <param name="make">Makes the network.</param>
    /// <param name="names">Its names.</param>
    /// <param name="unused">Tensors that the file may hold and the network does not have.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidCheckpointException">A tensor is missing, left over, of the wrong shape, or not finite.</exception>
    public static TNetwork Load<TNetwork>(string path, Func<TNetwork> make, NameMap names, params string[] unused) where TNetwork : nn.Module
    {
        using var file = CheckpointFile.Open(path);
        var network = Runtime.SeededDraws.LeaveOut(make);
        try
        {
            Load(network, names, file.Weights, unused);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Reads a tensor whose numbers must be finite.</summary>
    /// <exception cref="InvalidCheckpointException">One is not.</exception>
    public static Tensor ReadFinite(ITensorFile file, string name)
    {
        var value = file.Read(name);
        RequireFinite(value, file, name);
        return value;
    }

    /// <summary>SHA-256 over the configuration and every tensor (name, type, shape, bytes); the first 32 hexadecimal digits.</summary>
    public static string Hash(string configuration, IEnumerable<(string Name, Tensor Tensor)> tensors)
    {
        using var hash = new ContentHash(configuration);
        foreach (var (name, tensor) in tensors) hash.Append(name, tensor);
        return hash.Finish();
    }

    private static void RequireFinite(Tensor value, ITensorFile file, string name)
    {
        if (value.is_floating_point() && !IsFinite(value)) throw new InvalidCheckpointException($"'{name}' of '{file.FileName}' holds NaN or infinite numbers; train or download the model again.");
    }

    // In blocks: the check of a number takes more memory than the number.
    private static bool IsFinite(Tensor value)
    {
        const long block = 1 << 20;
        using var whole = NewDisposeScope();
        var flat = value.detach().reshape(-1);
        for (long start = 0; start < flat.numel(); start += block)
        {
            using var scope = NewDisposeScope();
            if (!flat.narrow(0, start, Math.Min(block, flat.numel() - start)).isfinite().all().item<bool>()) return false;
        }
        return true;
    }

    private static string Few(string[] names) => names.Length switch
    {
        1 => $"the tensor '{names[0]}'",
        <= 3 => $"the tensors '{string.Join("', '", names)}'",
        _ => $"{names.Length} tensors ('{string.Join("', '", names[..3])}', ...)",
    };
}
