using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VFMTok.Kernels;

/// <summary>e^x of sixteen numbers: 2^n times a polynomial in the rest, to within two units in the last place.</summary>
/// <remarks>.NET's own goes through float64 and takes three times as long.</remarks>
internal static class Exponential
{
    private const float Lowest = -87.3f, Highest = 88.3f; // beyond, the result would be denormal or infinite

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Of(Vector512<float> x)
    {
        x = Vector512.Min(Vector512.Max(x, Vector512.Create(Lowest)), Vector512.Create(Highest));
        var shifted = Vector512.FusedMultiplyAdd(x, Vector512.Create(1.44269504f), Vector512.Create(12582912f)); // 1.5 * 2^23: rounds to a whole number, which stands in the last bits
        var n = shifted - Vector512.Create(12582912f);
        var r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-0.693359375f), x);                               // x - n ln 2, in two parts
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(2.12194440e-4f), r);
        var p = Vector512.FusedMultiplyAdd(r, Vector512.Create(1f / 5040), Vector512.Create(1f / 720));          // Taylor: |r| is at most ln 2 / 2
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 120));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 24));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 6));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.5f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512<float>.One);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512<float>.One);
        return (p.AsInt32() + (shifted.AsInt32() << 23)).AsSingle();                                             // times 2^n
    }
}
