using System.Diagnostics;
using VFMTok.Checkpoints;
using VFMTok.Imaging;

namespace VFMTok.Tests.Hostile;

/// <summary>Tests that watch the memory of the whole process and therefore run alone.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>Small files that claim or unpack to much: the process does not grow, native memory included.</summary>
[Collection(nameof(Alone))]
public class BombTests
{
    private const long MostGrowth = 300 << 20;

    [Theory]
    [InlineData("a PNG of 50,000 x 50,000")]
    [InlineData("a PNG of 16,384 x 16,384")]
    [InlineData("a JPEG of 65,500 x 65,500")]
    [InlineData("a JPEG of 10,000 scans")]
    [InlineData("a BMP of 60,000 x 60,000")]
    [InlineData("a GIF of 65,535 x 65,535")]
    [InlineData("a WebP of 2^24 x 2^24")]
    [InlineData("a text of 100 MiB, packed")]
    [InlineData("a colour profile of 100 MiB, packed")]
    public void A_picture_does_not_burst(string name)
    {
        var bytes = ImageHostileTests.Bytes(name);
        Watch(() => ImageDecoder.Decode(bytes, "bomb"));
    }

    [Theory]
    [InlineData("four numbers repeated 2^40 times")]
    [InlineData("the greatest size")]
    [InlineData("a storage of 2^40 numbers")]
    [InlineData("a pickle of 64 MiB of values")]
    [InlineData("a pickle of 60 MiB of text")]
    [InlineData("a storage that cannot have been packed")]
    [InlineData("a storage of 2^62 bytes")]
    public void A_checkpoint_does_not_burst(string name)
    {
        var bytes = TorchHostileTests.Bytes(name);
        Watch(() =>
        {
            using var file = CheckpointFile.Open(new MemoryStream(bytes), "bomb");
            foreach (var tensor in file.Weights.Names) file.Weights.Read(tensor).Dispose();
        });
    }

    private static void Watch(Action read)
    {
        GC.Collect();
        var (before, peak, ended) = (Environment.WorkingSet, 0L, false);
        var watcher = new Thread(() =>
        {
            while (!Volatile.Read(ref ended))
            {
                peak = Math.Max(peak, Environment.WorkingSet);
                Thread.Sleep(5);
            }
        });
        watcher.Start();
        var watch = Stopwatch.StartNew();
        Assert.True(Record.Exception(read) is null or InvalidImageException or InvalidCheckpointException);
        Volatile.Write(ref ended, true);
        watcher.Join();
        Assert.InRange(peak - before, long.MinValue, MostGrowth);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
    }
}
