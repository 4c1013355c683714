namespace VFMTok.Runtime;

/// <summary>Random numbers of one image: a function of its seed and of the code's place alone, so a picture does not depend on its batch.</summary>
internal static class RowSeeds
{
    /// <summary>Numbers in [0, 1).</summary>
    /// <param name="seeds">One per row.</param>
    /// <param name="count">Numbers per row.</param>
    /// <returns>Row-major.</returns>
    public static float[] Uniform(ReadOnlySpan<long> seeds, int count)
    {
        var numbers = new float[seeds.Length * count];
        for (var row = 0; row < seeds.Length; row++)
        {
            var start = Mix((ulong)seeds[row]);
            for (var n = 0; n < count; n++) numbers[row * count + n] = (Mix(start + (ulong)n) >> 40) / (float)(1 << 24);
        }
        return numbers;
    }

    /// <summary>A seed for row <paramref name="row"/> of a run that has one seed.</summary>
    public static long Combine(long seed, long row) => (long)Mix(Mix((ulong)seed) ^ (ulong)row);

    // SplitMix64's output function: every input bit reaches every output bit.
    private static ulong Mix(ulong x)
    {
        unchecked
        {
            x += 0x9E3779B97F4A7C15;
            x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
            x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
            return x ^ (x >> 31);
        }
    }
}
