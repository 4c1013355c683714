using System.Runtime.Intrinsics;

namespace VFMTok.Kernels;

/// <summary>Group norm (arXiv 1803.08494) and swish together: two passes over memory instead of five, and a picture's activations are larger than the cache.</summary>
/// <remarks>Images have their channels side by side (channels last), as oneDNN's convolutions like them. An image's result depends on nothing else, and not on the threads.</remarks>
internal static unsafe class NormSwish
{
    private const int Count = 16;
    private const int Chunk = 512; // places whose sums are float32

    /// <summary>Sizes of one call.</summary>
    /// <param name="Images">B.</param>
    /// <param name="Channels">C, a multiple of 16 and of the groups.</param>
    /// <param name="Places">H * W.</param>
    /// <param name="Groups">Groups.</param>
    public readonly record struct Sizes(int Images, int Channels, int Places, int Groups)
    {
        internal int Chunks => (Places + Chunk - 1) / Chunk;
    }

    /// <summary>Whether the kernel can be used for so many channels.</summary>
    public static bool Serves(int channels) => channels % Count == 0;

    /// <summary><c>swish(norm(x) * scale + shift)</c>.</summary>
    /// <param name="x">[B, H, W, C]</param>
    /// <param name="y">[B, H, W, C], to fill; may be x itself.</param>
    /// <param name="scale">[C] float32.</param>
    /// <param name="shift">[C] float32.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="sizes">Sizes.</param>
    /// <param name="threads">At most this many.</param>
    public static void Apply<TNumbers>(byte* x, byte* y, float* scale, float* shift, float epsilon, Sizes sizes, int threads) where TNumbers : struct, IStoredNumbers
    {
        var (chunks, channels) = (sizes.Images * sizes.Chunks, sizes.Channels);
        using var memory = new AlignedMemory(sizeof(float) * 2L * (chunks + sizes.Images) * channels);
        var sums = (float*)memory.Start;                        // of each chunk: of the numbers, of their squares
        var lines = sums + 2L * chunks * channels;              // of each image: factors, terms
        WorkTeam.Run(threads, [chunks, sizes.Images, chunks], (phase, part) =>
        {
            var (image, chunk) = (part / sizes.Chunks, part % sizes.Chunks);
            var offset = ((long)image * sizes.Places + (long)chunk * Chunk) * channels * TNumbers.Size;
            var places = Math.Min(Chunk, sizes.Places - chunk * Chunk);
            if (phase == 0) Sum<TNumbers>(x + offset, places, channels, sums + 2L * part * channels);
            else if (phase == 1) Line(sums + 2L * part * sizes.Chunks * channels, lines + 2L * part * channels, scale, shift, epsilon, sizes);
            else Finish<TNumbers>(x + offset, y + offset, places, channels, lines + 2L * image * channels);
        });
    }

    private static void Sum<TNumbers>(byte* x, int places, int channels, float* sums) where TNumbers : struct, IStoredNumbers
    {
        for (var c = 0; c < channels; c += Count)
        {
            Vector512<float> s = default, q = default;
            var from = x + (long)c * TNumbers.Size;
            for (var i = 0; i < places; i++, from += (long)channels * TNumbers.Size)
            {
                var v = TNumbers.Load(from);
                s += v;
                q = Vector512.FusedMultiplyAdd(v, v, q);
            }
            s.Store(sums + c);
            q.Store(sums + channels + c);
        }
    }

    // What each channel of an image is multiplied with, and what is added.
    private static void Line(float* sums, float* line, float* scale, float* shift, float epsilon, Sizes sizes)
    {
        var (channels, width) = (sizes.Channels, sizes.Channels / sizes.Groups);
        for (var first = 0; first < channels; first += width)
        {
            double sum = 0, squares = 0;
            for (var chunk = 0; chunk < sizes.Chunks; chunk++)
                for (var c = first; c < first + width; c++) (sum, squares) = (sum + sums[2L * chunk * channels + c], squares + sums[(2L * chunk + 1) * channels + c]);
            var mean = sum / ((double)width * sizes.Places);
            var factor = 1 / Math.Sqrt(Math.Max(squares / ((double)width * sizes.Places) - mean * mean, 0) + epsilon);
            for (var c = first; c < first + width; c++) (line[c], line[channels + c]) = ((float)(factor * scale[c]), (float)(shift[c] - mean * factor * scale[c]));
        }
    }

    private static void Finish<TNumbers>(byte* x, byte* y, int places, int channels, float* line) where TNumbers : struct, IStoredNumbers
    {
        for (var i = 0; i < places; i++)
            for (var c = 0; c < channels; c += Count, x += Count * TNumbers.Size, y += Count * TNumbers.Size)
            {
                var z = Vector512.FusedMultiplyAdd(TNumbers.Load(x), Vector512.Load(line + c), Vector512.Load(line + channels + c));
                TNumbers.Store(z / (Vector512<float>.One + Exponential.Of(-z)), y);
            }
    }
}
