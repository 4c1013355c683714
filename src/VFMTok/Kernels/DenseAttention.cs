using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VFMTok.Kernels;

/// <summary>Attention of many queries to many keys, head by head: eight queries at a time against all keys, so that their scores never leave the cache.</summary>
/// <remarks>Computes in float32, whatever the numbers are stored as. A query's result depends on its head alone, not on the batch or the threads.</remarks>
internal static unsafe class DenseAttention
{
    private const int Block = PackedWeights.Block, Half = Block / 2, Tile = PackedProducts.Tile;

    /// <summary>Where the numbers of a [B, H, N, D] tensor lie; channels lie side by side.</summary>
    /// <param name="Start">Address of the first.</param>
    /// <param name="Batch">Numbers from one image to the next.</param>
    /// <param name="Head">Numbers from one head to the next.</param>
    /// <param name="Token">Numbers from one token to the next.</param>
    public readonly record struct Place(nint Start, long Batch, long Head, long Token);

    /// <summary>Sizes of one call.</summary>
    /// <param name="Images">B.</param>
    /// <param name="Heads">H.</param>
    /// <param name="Queries">N.</param>
    /// <param name="Keys">M.</param>
    /// <param name="Width">D, a multiple of 32.</param>
    public readonly record struct Sizes(int Images, int Heads, int Queries, int Keys, int Width);

    /// <summary><c>softmax(q k^T / sqrt(D)) v</c>.</summary>
    /// <param name="q">[B, H, N, D]</param>
    /// <param name="k">[B, H, M, D]</param>
    /// <param name="v">[B, H, M, D]</param>
    /// <param name="y">[B, H, N, D], to fill.</param>
    /// <param name="sizes">Sizes.</param>
    /// <param name="isCausal">Whether query n sees the keys 0 to n only.</param>
    /// <param name="threads">At most this many.</param>
    public static void Attend<TNumbers>(Place q, Place k, Place v, Place y, Sizes sizes, bool isCausal, int threads) where TNumbers : struct, IStoredNumbers
    {
        var heads = sizes.Images * sizes.Heads;
        var tiles = (sizes.Queries + Tile - 1) / Tile;
        var splits = heads >= 2 * threads ? 1 : Math.Min(tiles, threads); // few heads: several parts of one, which all prepare its keys
        WorkTeam.Run(threads, [heads * splits], (_, part) =>
        {
            var (image, head, split) = (part / splits / sizes.Heads, part / splits % sizes.Heads, part % splits);
            Place Of(Place p) => p with { Start = p.Start + (nint)(image * p.Batch + head * p.Head) * TNumbers.Size };
            Head<TNumbers>(Of(q), Of(k), Of(v), Of(y), sizes, isCausal, tiles * split / splits, tiles * (split + 1) / splits);
        });
    }

    // Some of the queries of one head.
    private static void Head<TNumbers>(Place q, Place k, Place v, Place y, Sizes sizes, bool isCausal, int firstTile, int endTile) where TNumbers : struct, IStoredNumbers
    {
        var (width, padded) = (sizes.Width, (sizes.Keys + Block - 1) / Block * Block);
        var memory = (float*)NativeMemory.AlignedAlloc((nuint)(sizeof(float) * (2L * padded * width + (long)Tile * padded + 2L * Tile * width)), 64);
        try
        {
            float* keys = memory, values = keys + (long)padded * width, scores = values + (long)padded * width, rows = scores + (long)Tile * padded, results = rows + Tile * width;
            PackKeys<TNumbers>(k, sizes.Keys, padded, width, keys, rows);
            PackValues<TNumbers>(v, sizes.Keys, width, values, rows);
            var scale = 1 / MathF.Sqrt(width);
            for (var tile = firstTile; tile < endTile; tile++)
            {
                var first = tile * Tile;
                var count = Math.Min(Tile, sizes.Queries - first);
                var seen = isCausal ? Math.Min(sizes.Keys, first + count) : sizes.Keys;
                for (var i = 0; i < count; i++) Read<TNumbers>(q, first + i, width, rows + i * width, scale);
                for (var start = 0; start < seen; start += Block)
                    PackedProducts.Multiply<Float32Reader>(rows, width, count, width, (byte*)(keys + (long)start * width), scores + start, padded);
                for (var i = 0; i < count; i++) Softmax(scores + (long)i * padded, isCausal ? Math.Min(first + i + 1, seen) : seen, (seen + Block - 1) / Block * Block);
                for (var d = 0; d < width; d += Block)
                    PackedProducts.Multiply<Float32Reader>(scores, padded, count, seen, (byte*)(values + (long)d * sizes.Keys), results + d, width);
                for (var i = 0; i < count; i++) Write<TNumbers>(y, first + i, width, results + i * width);
            }
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    // Blocks of 32 keys, channel by channel: [M / 32, D, 32].
    private static void PackKeys<TNumbers>(Place k, int count, int padded, int width, float* keys, float* row) where TNumbers : struct, IStoredNumbers
    {
        for (var i = 0; i < padded; i++)
        {
            var target = keys + (long)(i / Block) * Block * width + i % Block;
            if (i < count) Read<TNumbers>(k, i, width, row, 1);
            for (var d = 0; d < width; d++) target[d * Block] = i < count ? row[d] : 0;
        }
    }

    // Blocks of 32 channels, value by value: [D / 32, M, 32].
    private static void PackValues<TNumbers>(Place v, int count, int width, float* values, float* row) where TNumbers : struct, IStoredNumbers
    {
        for (var i = 0; i < count; i++)
        {
            Read<TNumbers>(v, i, width, row, 1);
            for (var d = 0; d < width; d += Half) Vector512.Load(row + d).Store(values + (long)(d / Block) * Block * count + (long)i * Block + d % Block);
        }
    }

    // Of the first numbers of a row of whole blocks; those behind become zero.
    private static void Softmax(float* scores, int length, int end)
    {
        for (var i = length; i < end; i++) scores[i] = float.NegativeInfinity;
        var largest = Vector512.Create(float.NegativeInfinity);
        for (var i = 0; i < end; i += Half) largest = Vector512.Max(largest, Vector512.Load(scores + i));
        var most = float.NegativeInfinity;
        for (var i = 0; i < Half; i++) most = MathF.Max(most, largest[i]);
        Vector512<float> sums = default;
        for (var i = 0; i < end; i += Half)
        {
            var x = Vector512.Load(scores + i);
            var e = Vector512.ConditionalSelect(Vector512.Equals(x, Vector512.Create(float.NegativeInfinity)), Vector512<float>.Zero, Exponential.Of(x - Vector512.Create(most)));
            e.Store(scores + i);
            sums += e;
        }
        var factor = Vector512.Create(1 / Vector512.Sum(sums));
        for (var i = 0; i < end; i += Half) (Vector512.Load(scores + i) * factor).Store(scores + i);
    }

    private static void Read<TNumbers>(Place from, int token, int width, float* row, float scale) where TNumbers : struct, IStoredNumbers
    {
        var start = (byte*)from.Start + token * from.Token * TNumbers.Size;
        var factor = Vector512.Create(scale);
        for (var d = 0; d < width; d += Half) (TNumbers.Load(start + d * TNumbers.Size) * factor).Store(row + d);
    }

    private static void Write<TNumbers>(Place to, int token, int width, float* row) where TNumbers : struct, IStoredNumbers
    {
        var start = (byte*)to.Start + token * to.Token * TNumbers.Size;
        for (var d = 0; d < width; d += Half) TNumbers.Store(Vector512.Load(row + d), start + d * TNumbers.Size);
    }
}
