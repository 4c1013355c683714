using System.Runtime.Intrinsics;

namespace VFMTok.Kernels;

/// <summary>Weighted bilinear samples of several maps (arXiv 2010.04159): only the four neighbours of each point are read.</summary>
internal static unsafe class DeformableSampling
{
    private const int Count = 16;

    /// <summary>Sizes of one call.</summary>
    /// <param name="Images">B.</param>
    /// <param name="Queries">Q.</param>
    /// <param name="Heads">H.</param>
    /// <param name="Points">Points of each head and map, P.</param>
    /// <param name="Width">Channels of a head, D.</param>
    /// <param name="Places">Places of all maps together, N.</param>
    public readonly record struct Sizes(int Images, int Queries, int Heads, int Points, int Width, int Places);

    /// <summary>Samples. Places outside of a map read as zero.</summary>
    /// <param name="value">[B, N, H, D]: the maps, row-major, one after the other.</param>
    /// <param name="levels">Height and width of each map.</param>
    /// <param name="locations">[B, Q, H, L, P, 2]: (x, y), 0 to 1 from edge to edge.</param>
    /// <param name="weights">[B, Q, H, L, P]</param>
    /// <param name="y">[B, Q, H, D], to fill.</param>
    /// <param name="sizes">Sizes.</param>
    /// <param name="threads">At most this many.</param>
    public static void Sample(float* value, (int Height, int Width)[] levels, float* locations, float* weights, float* y, Sizes sizes, int threads)
    {
        var rows = sizes.Images * sizes.Queries;
        var parts = Math.Min(rows, 4 * threads);
        WorkTeam.Run(threads, [parts], (_, part) =>
        {
            for (var row = (int)((long)rows * part / parts); row < (int)((long)rows * (part + 1) / parts); row++)
                for (var head = 0; head < sizes.Heads; head++)
                {
                    var at = (long)row * sizes.Heads + head;
                    var points = at * levels.Length * sizes.Points;
                    var map = value + ((long)(row / sizes.Queries) * sizes.Places * sizes.Heads + head) * sizes.Width;
                    var target = y + at * sizes.Width;
                    new Span<float>(target, sizes.Width).Clear();
                    foreach (var (height, width) in levels)
                    {
                        for (var p = 0; p < sizes.Points; p++, points++)
                            Point(map, height, width, locations[2 * points] * width - 0.5f, locations[2 * points + 1] * height - 0.5f, weights[points], target, sizes);
                        map += (long)height * width * sizes.Heads * sizes.Width;
                    }
                }
        });
    }

    private static void Point(float* map, int height, int width, float x, float y, float weight, float* target, Sizes sizes)
    {
        if (!(x > -1 && y > -1 && x < width && y < height)) return; // also what is not a number
        float left = MathF.Floor(x), top = MathF.Floor(y), right = x - left, below = y - top;
        var (column, row) = ((int)left, (int)top);
        Tap(row, column, weight * (1 - below) * (1 - right));
        Tap(row, column + 1, weight * (1 - below) * right);
        Tap(row + 1, column, weight * below * (1 - right));
        Tap(row + 1, column + 1, weight * below * right);

        void Tap(int r, int c, float share)
        {
            if ((uint)r >= (uint)height || (uint)c >= (uint)width) return;
            var from = map + ((long)r * width + c) * sizes.Heads * sizes.Width;
            var factor = Vector512.Create(share);
            var d = 0;
            for (; d + Count <= sizes.Width; d += Count) Vector512.FusedMultiplyAdd(Vector512.Load(from + d), factor, Vector512.Load(target + d)).Store(target + d);
            for (; d < sizes.Width; d++) target[d] = MathF.FusedMultiplyAdd(from[d], share, target[d]);
        }
    }
}
