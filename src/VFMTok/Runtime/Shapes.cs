using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace VFMTok.Runtime;

/// <summary>Shape checks for public boundaries: libtorch aborts the process on some mismatches, so they are found before the call.</summary>
internal static class Shapes
{
    /// <summary>Checks rank and sizes; -1 stands for any size.</summary>
    /// <exception cref="ArgumentException">The tensor has another shape.</exception>
    public static void Require(Tensor tensor, ReadOnlySpan<long> expected, [CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        var ok = tensor.shape.Length == expected.Length;
        for (var i = 0; ok && i < expected.Length; i++) ok = expected[i] < 0 ? tensor.shape[i] > 0 : tensor.shape[i] == expected[i];
        if (!ok)
            throw new ArgumentException($"'{name}' has the shape ({string.Join(", ", tensor.shape)}); expected is ({string.Join(", ", expected.ToArray().Select(d => d < 0 ? "any" : d.ToString()))}).", name);
    }

    /// <summary>Checks that every integer lies in [0, <paramref name="limit"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">One does not.</exception>
    public static void RequireRange(ReadOnlySpan<int> values, int limit, string what, string name)
    {
        foreach (var v in values)
            if ((uint)v >= (uint)limit) throw new ArgumentOutOfRangeException(name, v, $"{what} {v} is out of range; allowed are 0 to {limit - 1}.");
    }
}
