using VFMTok.Imaging;
using VFMTok.Training;

namespace VFMTok.Tests.Training.Data;

public class TrainingBatchesTests
{
    private const int Size = 2, Bytes = Size * Size * 3;

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 3)]
    [InlineData(2, 2)]
    [InlineData(4, 5)]
    public void Batches_do_not_depend_on_threads_or_buffers(int threads, int ahead)
    {
        var expected = Run(new ReadAhead(0, 0), 0, 30);
        Assert.Equal(expected, Run(new ReadAhead(threads, ahead), 0, 30));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 2)]
    public void A_run_can_start_at_any_step(int threads, int ahead) =>
        Assert.Equal(Run(new ReadAhead(0, 0), 0, 30)[17..], Run(new ReadAhead(threads, ahead), 17, 13));

    [Fact]
    public void Steps_may_be_taken_in_any_order()
    {
        var expected = Run(new ReadAhead(0, 0), 0, 30);
        using var batches = new TrainingBatches(new FakeImages(23), Size, 4, 7, new ReadAhead(2, 3));
        foreach (var step in new[] { 5, 6, 7, 2, 3, 29, 29, 0, 1 }) Assert.Equal(expected[step], batches.Take(step));
    }

    [Fact]
    public void Every_image_comes_once_per_epoch_and_batches_run_on_across_epochs()
    {
        var items = Run(new ReadAhead(1, 1), 0, 46).SelectMany(b => b.Where((_, i) => i % Bytes == 0)).ToArray(); // 184 places = 8 epochs of 23
        foreach (var epoch in items.Chunk(23)) Assert.Equal(Enumerable.Range(0, 23), epoch.Select(i => (int)i).Order());
        Assert.NotEqual(items[..23], items[23..46]);
    }

    [Fact]
    public void A_batch_may_be_larger_than_the_set()
    {
        using var batches = new TrainingBatches(new FakeImages(3), Size, 10, 1, new ReadAhead(2, 2));
        var items = Enumerable.Range(0, 3).SelectMany(s => batches.Take(s).Where((_, i) => i % Bytes == 0)).ToArray();
        foreach (var epoch in items.Chunk(3)) Assert.Equal([0, 1, 2], epoch.Order().Select(i => (int)i));
    }

    [Fact]
    public void The_same_image_is_augmented_differently_in_every_epoch_and_by_every_seed()
    {
        using var one = new TrainingBatches(new FakeImages(1), Size, 1, 1, new ReadAhead(0, 0));
        using var other = new TrainingBatches(new FakeImages(1), Size, 1, 2, new ReadAhead(0, 0));
        var first = one.Take(0).ToArray();
        Assert.NotEqual(first, one.Take(1));
        Assert.NotEqual(first, other.Take(0));
    }

    [Theory]
    [InlineData(0, 4, 1L << 30, 1)] // nobody reads ahead
    [InlineData(3, 0, 1L << 30, 1)]
    [InlineData(3, 4, 1L << 30, 5)]
    [InlineData(3, 4, 3 * 4 * Bytes, 3)] // the stated memory holds three batches
    [InlineData(3, 4, 1, 1)] // one is always held
    public void Memory_stays_within_its_bound(int threads, int ahead, long mostBytes, int buffers)
    {
        var images = new FakeImages(23);
        using var batches = new TrainingBatches(images, Size, 4, 7, new ReadAhead(threads, ahead, mostBytes));
        var seen = new HashSet<byte[]>(ReferenceEqualityComparer.Instance);
        for (var step = 0; step < 20; step++)
        {
            seen.Add(batches.Take(step));
            Thread.Sleep(threads > 0 ? 3 : 0); // time for the threads to overrun the bound, if they can
            Assert.InRange(images.Reads, (step + 1) * 4, (step + buffers) * 4);
            Assert.Equal(buffers, batches.Buffers);
        }
        Assert.Equal(buffers, seen.Count); // the same ones again and again
    }

    [Fact]
    public void The_batch_in_hand_is_not_written_to()
    {
        using var batches = new TrainingBatches(new FakeImages(23), Size, 4, 7, new ReadAhead(3, 2));
        for (var step = 0; step < 20; step++)
        {
            var batch = batches.Take(step);
            var copy = batch.ToArray();
            Thread.Sleep(2);
            Assert.Equal(copy, batch);
        }
    }

    [Fact]
    public void Threads_read_while_the_caller_is_busy()
    {
        using var read = new CountdownEvent(12);
        var images = new FakeImages(100) { Before = _ => { if (!read.IsSet) read.Signal(); } };
        using var batches = new TrainingBatches(images, Size, 4, 7, new ReadAhead(1, 2));
        batches.Take(0);
        Assert.True(read.Wait(TimeSpan.FromSeconds(30)));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 3)]
    public void Broken_images_are_replaced_and_named_once(int threads, int ahead)
    {
        var warnings = new List<string>();
        var thread = Environment.CurrentManagedThreadId;
        using var batches = new TrainingBatches(new FakeImages(10, i => i is 3 or 7), Size, 5, 1, new ReadAhead(threads, ahead), line =>
        {
            Assert.Equal(thread, Environment.CurrentManagedThreadId);
            warnings.Add(line);
        });
        using var sound = new TrainingBatches(new FakeImages(10), Size, 5, 1, new ReadAhead(0, 0));
        for (var step = 0; step < 20; step++)
        {
            var (items, all) = (batches.Take(step).Where((_, i) => i % Bytes == 0).ToArray(), sound.Take(step).Where((_, i) => i % Bytes == 0).ToArray());
            Assert.DoesNotContain(items, i => i is 3 or 7);
            for (var i = 0; i < 4; i++)
                if (all[i] is 3 or 7 && all[i + 1] is not (3 or 7)) Assert.Equal(all[i + 1], items[i]); // the next one in the order
                else if (all[i] is not (3 or 7)) Assert.Equal(all[i], items[i]);
        }
        Assert.Equal(2, batches.Broken);
        Assert.Equal(2, warnings.Count);
        Assert.All(warnings, (line, i) => Assert.EndsWith($"is broken. The next image takes its place; {i + 1} of 10 cannot be decoded so far.", line));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 3)]
    public void Nothing_but_broken_images_is_one_error(int threads, int ahead)
    {
        using var few = new TrainingBatches(new FakeImages(3, _ => true), Size, 4, 1, new ReadAhead(threads, ahead));
        Assert.Matches("^None of the 3 images can be decoded, the first one because: '[012]' is broken.$", Assert.Throws<InvalidImageException>(() => few.Take(0)).Message);
        Assert.Throws<InvalidImageException>(() => few.Take(0));
        using var many = new TrainingBatches(new FakeImages(1_000_000, _ => true), Size, 4, 1, new ReadAhead(threads, ahead));
        Assert.Matches("^1000 images in a row cannot be decoded, the first one because: '[0-9]+' is broken.$", Assert.Throws<InvalidImageException>(() => many.Take(0)).Message);
    }

    [Fact]
    public void The_only_sound_image_of_a_small_set_is_found()
    {
        using var batches = new TrainingBatches(new FakeImages(700, i => i != 200), Size, 4, 1, new ReadAhead(1, 1));
        for (var step = 0; step < 400; step++) Assert.Equal(200, batches.Take(step)[0]);
        Assert.Equal(699, batches.Broken);
    }

    // Read ahead, but not reported ahead: the batches before it are sound.
    [Fact]
    public void Another_error_comes_with_its_own_batch()
    {
        var order = new EpochOrder(100, 4, 7);
        var bad = order.At(4 * 4 + 2);
        using var batches = new TrainingBatches(new FakeImages(100) { Before = i => { if (i == bad) throw new InvalidOperationException("disk on fire"); } }, Size, 4, 7, new ReadAhead(3, 5));
        for (var step = 0; step < 4; step++)
        {
            batches.Take(step);
            Thread.Sleep(5);
        }
        Assert.Equal("disk on fire", Assert.Throws<InvalidOperationException>(() => batches.Take(4)).Message);
        batches.Take(2); // and the one before can still be had
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 2)]
    public async Task Cancellation_ends_a_wait(int threads, int ahead)
    {
        using var cancellation = new CancellationTokenSource();
        using var batches = new TrainingBatches(new FakeImages(10) { Before = _ => Thread.Sleep(20) }, Size, 10_000, 1, new ReadAhead(threads, ahead), null, cancellation.Token);
        var taking = Task.Run(() => batches.Take(0));
        await Task.Delay(50);
        await cancellation.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => taking.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Throws<OperationCanceledException>(() => batches.Take(1));
    }

    [Fact]
    public void Disposing_ends_the_threads()
    {
        var images = new FakeImages(10);
        var batches = new TrainingBatches(images, Size, 4, 1, new ReadAhead(4, 2));
        batches.Take(0);
        batches.Dispose();
        batches.Dispose();
        var reads = images.Reads;
        Thread.Sleep(20);
        Assert.Equal(reads, images.Reads);
        Assert.Throws<ObjectDisposedException>(() => batches.Take(1));
        new TrainingBatches(images, Size, 4, 1, new ReadAhead(4, 2)).Dispose(); // never used
    }

    [Fact]
    public void No_images_and_absurd_batches_are_one_sentence()
    {
        Assert.StartsWith("There are no images to train on; give at least one.", Assert.Throws<ArgumentException>(() => new TrainingBatches(new FakeImages(0), Size, 1, 1, new ReadAhead(0, 0))).Message);
        Assert.StartsWith("A batch of 65536 images of 336 x 336 pixels has 22196256768 bytes; allowed are 2147483591: lower BatchSize.",
            Assert.Throws<ArgumentException>(() => new TrainingBatches(new FakeImages(1), 336, 65536, 1, new ReadAhead(0, 0))).Message);
    }

    private static byte[][] Run(ReadAhead ahead, long first, int steps)
    {
        using var batches = new TrainingBatches(new FakeImages(23), Size, 4, 7, ahead);
        return [.. Enumerable.Range(0, steps).Select(s => batches.Take(first + s).ToArray())];
    }
}
