using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Training;

/// <summary>Batches of tokenized images, and some images held out. What a step sees depends on seed and step alone.</summary>
internal sealed class TokenBatches
{
    private const int MostHeldOut = 1024; // more images tell the loss no better

    private readonly ITokenizedImages _data;
    private readonly int[] _training, _heldOut;
    private readonly EpochOrder _order;
    private readonly long _seed;
    private readonly Device _device;
    private readonly int _length;

    /// <param name="data">Where from.</param>
    /// <param name="batch">Images of a step.</param>
    /// <param name="heldOut">Share of the images that training never sees.</param>
    /// <param name="seed">Of the order, of the variants, and of what is held out.</param>
    /// <param name="device">Where to.</param>
    public TokenBatches(ITokenizedImages data, int batch, double heldOut, long seed, Device device)
    {
        (_data, _seed, _device, _length) = (data, seed, device, data.TokenGrid * data.TokenGrid);
        var images = Enumerable.Range(0, data.Count).ToArray();
        var count = Math.Min((int)(heldOut * data.Count), MostHeldOut);
        if (count > 0) new Random(EpochOrder.HashCode(seed, -5)).Shuffle(images);
        (_heldOut, _training) = (images[..count], images[count..]);
        _order = new EpochOrder(_training.Length, batch, seed);
    }

    /// <summary>Images that are held out.</summary>
    public int HeldOut => _heldOut.Length;

    /// <summary>A part of a step's batch: of each image one variant by chance, all its ranks.</summary>
    /// <param name="step">0-based.</param>
    /// <param name="part">0-based.</param>
    /// <param name="size">Images of each part.</param>
    /// <returns>[B * Ranks, N] tokens and [B * Ranks] labels, int64.</returns>
    public (Tensor Tokens, Tensor Labels) Take(int step, int part, int size)
    {
        var items = _order.Batch(step).AsSpan(part * size, size);
        var (images, variants) = (new int[size], new int[size]);
        var seed = RowSeeds.Combine(RowSeeds.Combine(_seed, -6), step);
        for (var i = 0; i < size; i++)
            (images[i], variants[i]) = (_training[items[i]], (int)((ulong)RowSeeds.Combine(seed, part * size + i) % (ulong)_data.Variants));
        return Read(images, variants, _data.Ranks);
    }

    /// <summary>Held-out images as they are, with their nearest codes.</summary>
    /// <param name="first">0-based.</param>
    /// <param name="size">How many.</param>
    /// <returns>[B, N] tokens and [B] labels, int64.</returns>
    public (Tensor Tokens, Tensor Labels) TakeHeldOut(int first, int size) => Read(_heldOut.AsSpan(first, size), new int[size], 1);

    private (Tensor Tokens, Tensor Labels) Read(ReadOnlySpan<int> images, ReadOnlySpan<int> variants, int ranks)
    {
        var (tokens, labels) = (new int[images.Length * ranks * _length], new int[images.Length * ranks]);
        for (var i = 0; i < labels.Length; i++)
        {
            _data.Read(images[i / ranks], variants[i / ranks], i % ranks, tokens.AsSpan(i * _length, _length));
            labels[i] = _data.Label(images[i / ranks]);
        }
        Shapes.RequireRange(tokens, _data.CodebookSize, "Token", "data"); // libtorch aborts on some of them
        Shapes.RequireRange(labels, _data.ClassNames.Count, "Class", "data");
        return (Pixels.ToIndices(tokens, [labels.Length, _length], _device), Pixels.ToIndices(labels, [labels.Length], _device));
    }
}
