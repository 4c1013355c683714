using TorchSharp;
using static TorchSharp.torch;

namespace VFMTok.Checkpoints.PyTorch;

/// <summary>A tensor of a PyTorch file, not yet read: a strided view of a storage.</summary>
/// <param name="Storage">Where its numbers lie.</param>
/// <param name="Offset">First element within the storage.</param>
/// <param name="Shape">Dimensions.</param>
/// <param name="Strides">Elements from one index to the next, for each dimension.</param>
internal sealed record TorchTensor(TorchStorage Storage, long Offset, long[] Shape, long[] Strides)
{
    private const int MostDimensions = 16;
    private const long MostExpanded = 1 << 24; // elements of a tensor that repeats those of its storage

    /// <summary>Elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, d) => product * d);

    // Elements of the storage from the first to the last that are used.
    private long Extent => Count == 0 ? 0 : 1 + Shape.Zip(Strides, (size, stride) => (size - 1) * stride).Sum();

    private bool IsContiguous
    {
        get
        {
            long expected = 1;
            for (var d = Shape.Length - 1; d >= 0; expected *= Shape[d--])
                if (Shape[d] != 1 && Strides[d] != expected) return false;
            return true;
        }
    }

    /// <summary>Finds what does not fit, before anything is read or reserved.</summary>
    /// <returns>A clause for an error, or null.</returns>
    public string? Fault()
    {
        if (Shape.Length != Strides.Length || Shape.Length > MostDimensions || Offset < 0 || Shape.Any(d => d < 0) || Strides.Any(s => s < 0))
            return "a tensor in it has a negative or impossible shape, stride or offset";
        try
        {
            checked
            {
                long count = 1, last = 0;
                foreach (var d in Shape) count *= Math.Max(1, d); // libtorch multiplies the other dimensions of an empty tensor too
                if (Shape.Contains(0)) count = 0;
                for (var d = 0; d < Shape.Length; d++) last += Math.Max(0, Shape[d] - 1) * Strides[d];
                if (Offset + (count == 0 ? 0 : last + 1) > Storage.Count) return $"a tensor in it reaches beyond the {Storage.Count} numbers of storage '{Pickle.PickleRules.Short(Storage.Key)}'";
                if (count > Storage.Count && count > MostExpanded) return $"a tensor in it repeats {Storage.Count} numbers {count} times";
                if (count * ElementTypes.SizeOf(Storage.Type) > int.MaxValue) return $"a tensor in it has {count} elements, more than the supported 2 GiB";
                if ((last + 1) * ElementTypes.SizeOf(Storage.Type) > int.MaxValue) return "a tensor in it spans more than the supported 2 GiB";
            }
        }
        catch (OverflowException)
        {
            return "a tensor in it is larger than any file";
        }
        return null;
    }

    /// <summary>Reads it.</summary>
    /// <returns>Contiguous, on the CPU.</returns>
    public Tensor Read(ITorchStorages storages)
    {
        Runtime.NativeBackend.EnsureLoaded();
        if (Count == 0) return empty(Shape, dtype: Storage.Type);
        using var scope = NewDisposeScope();
        var numbers = empty([Extent], dtype: Storage.Type);
        var bytes = numbers.bytes;
        storages.Read(Storage, Offset * ElementTypes.SizeOf(Storage.Type), bytes);
        if (Storage.Type == ScalarType.Bool && bytes.ContainsAnyExceptInRange((byte)0, (byte)1)) throw new InvalidDataException("a truth value in it is neither 0 nor 1");
        return (IsContiguous ? numbers.reshape(Shape) : numbers.as_strided(Shape, Strides).contiguous()).MoveToOuterDisposeScope();
    }
}
