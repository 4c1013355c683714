using VFMTok.Imaging;
using VFMTok.Training;

namespace VFMTok.Tests.Training.Data;

/// <summary>Images whose first byte is their index and whose others are the augmentation's draws. They count who reads them.</summary>
internal sealed class FakeImages(int count, Func<int, bool>? broken = null) : ITrainingImages
{
    private int _reads;

    public int Count => count;

    /// <summary>Sound images read.</summary>
    public int Reads => Volatile.Read(ref _reads);

    /// <summary>Called before each image.</summary>
    public Action<int>? Before { get; init; }

    public void Read(int index, int size, Random? augmentation, Span<byte> rgb)
    {
        Before?.Invoke(index);
        if (broken?.Invoke(index) == true) throw new InvalidImageException($"'{index}' is broken.");
        augmentation!.NextBytes(rgb);
        rgb[0] = (byte)index;
        Interlocked.Increment(ref _reads);
    }
}
