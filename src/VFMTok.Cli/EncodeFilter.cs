using System.Collections.Concurrent;
using VFMTok.Imaging;
using VFMTok.Tokenizer;
using VFMTok.Training;

namespace VFMTok.Cli;

/// <summary><c>vfmtok encode --stdin</c>: paths in, one line of JSON out for each, in order. Waiting paths go through the network together; a finished line never waits for a path that has not come.</summary>
/// <remarks>One thread reads lines, one decodes images, the caller's runs the network and writes.</remarks>
internal sealed class EncodeFilter(VfmTokenizerModel tokenizer, ToolConsole console, int batchSize)
{
    private readonly BlockingCollection<string> _paths = new(4 * batchSize);
    private readonly BlockingCollection<Picture[]> _decoded = new(1);
    private int _lines, _broken;

    /// <summary>Runs until the input ends.</summary>
    /// <returns>Whether every image could be read.</returns>
    /// <exception cref="EncodingCanceledException">Cancellation was asked for.</exception>
    public bool Run(CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var token = stop.Token;
        var reading = Task.Factory.StartNew(() => Feed(_paths, Paths(), token), token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var decoding = Task.Factory.StartNew(() => Feed(_decoded, Decoded(token), token), token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            foreach (var pictures in _decoded.GetConsumingEnumerable(token)) Write(pictures);
            decoding.GetAwaiter().GetResult(); // what went wrong there
            reading.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw new EncodingCanceledException($"Cancelled; {_lines} images were answered.", null, cancellation);
        }
        finally
        {
            stop.Cancel(); // threads that wait for room; one that waits for input ends with the process
        }
        if (_broken > 0) console.Error.WriteLine($"{_broken} of {_lines} images cannot be read.");
        return _broken == 0;
    }

    private static void Feed<T>(BlockingCollection<T> to, IEnumerable<T> items, CancellationToken token)
    {
        try
        {
            foreach (var item in items) to.Add(item, token);
        }
        finally
        {
            to.CompleteAdding();
        }
    }

    private IEnumerable<string> Paths()
    {
        while (console.Input!.ReadLine() is { } line)
            if (!string.IsNullOrWhiteSpace(line)) yield return line;
    }

    // Whatever is waiting, up to a batch.
    private IEnumerable<Picture[]> Decoded(CancellationToken token)
    {
        foreach (var first in _paths.GetConsumingEnumerable(token))
        {
            var paths = new List<string> { first };
            while (paths.Count < batchSize && _paths.TryTake(out var more)) paths.Add(more);
            var pictures = new Picture[paths.Count];
            Parallel.For(0, paths.Count, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, Environment.ProcessorCount - 1) }, i => pictures[i] = Decode(paths[i]));
            yield return pictures;
        }
    }

    private Picture Decode(string path)
    {
        try
        {
            return new Picture(path, Crops.CenterCrop(ImageDecoder.Decode(path), tokenizer.Config.ImageSize), null);
        }
        catch (InvalidImageException e)
        {
            return new Picture(path, null, e.Message);
        }
    }

    private void Write(Picture[] pictures)
    {
        var sound = pictures.Where(p => p.Square is not null).ToArray();
        var (length, next) = (tokenizer.Config.SlotCount, 0);
        var tokens = new int[sound.Length * length];
        if (sound.Length > 0) tokenizer.Encode(sound.SelectMany(p => p.Square!.Pixels).ToArray(), sound.Length, tokens);
        foreach (var (path, square, error) in pictures)
            if (square is null) console.Json(new { path, error });
            else console.Json(new { path, tokens = tokens[(next * length)..(++next * length)] });
        console.Output.Flush(); // the next command of a pipe waits for it
        _lines += pictures.Length;
        _broken += pictures.Length - sound.Length;
    }

    private sealed record Picture(string Path, RgbImage? Square, string? Error);
}
