using VFMTok.Checkpoints;

namespace VFMTok.Pretrained;

/// <summary>Reads sizes of a network off the shapes of its tensors.</summary>
/// <param name="file">The file.</param>
internal sealed class TensorShapes(ITensorFile file)
{
    private const int MostLayers = 10_000;

    /// <summary>One dimension of a tensor.</summary>
    /// <exception cref="InvalidCheckpointException">The tensor is missing or has fewer dimensions.</exception>
    public int Of(string name, int axis)
    {
        if (!file.Contains(name)) throw new InvalidCheckpointException($"'{file.FileName}' lacks the tensor '{name}', so the size of its network is not known; use the original file.");
        var shape = file.ShapeOf(name);
        return axis < shape.Count && shape[axis] is > 0 and <= int.MaxValue ? (int)shape[axis]
            : throw new InvalidCheckpointException($"'{name}' of '{file.FileName}' has the shape ({string.Join(", ", shape)}), which no network of its kind has; use the original file.");
    }

    /// <summary>Whether there is such a tensor.</summary>
    public bool Has(string name) => file.Contains(name);

    /// <summary>How many layers there are.</summary>
    /// <param name="pattern">Name of a tensor of a layer, with {0} for its index.</param>
    public int Count(string pattern)
    {
        var count = 0;
        while (count < MostLayers && file.Contains(pattern.Replace("{0}", $"{count}", StringComparison.Ordinal))) count++;
        return count;
    }

    /// <summary>Side of a square grid.</summary>
    /// <exception cref="InvalidCheckpointException">It is no square.</exception>
    public int Side(string name, int axis, int others = 0)
    {
        var count = Of(name, axis) - others;
        var side = (int)Math.Sqrt(Math.Max(0, count));
        return side > 0 && side * side == count ? side : throw new InvalidCheckpointException($"'{name}' of '{file.FileName}' has {count + others} rows, which is no square grid; use the original file.");
    }

    /// <summary>Turns what does not fit together into a sentence about the file.</summary>
    public T Checked<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (Exception e) when (e is ArgumentException or DivideByZeroException)
        {
            throw new InvalidCheckpointException($"The shapes in '{file.FileName}' make no network ({e.Message.TrimEnd('.')}); use the original file.", e);
        }
    }
}
