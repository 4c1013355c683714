using System.Diagnostics;
using System.Globalization;
using VFMTok.Tests.Shared;

namespace VFMTok.Fuzz;

/// <summary>Damages the files of a folder again and again. The input that is being read lies in a file, so that a crash of the process leaves it behind.</summary>
/// <param name="name">Of the target.</param>
/// <param name="target">Reads an input.</param>
/// <param name="folder">Sound files; inputs that failed are saved in the working folder.</param>
/// <param name="seed">The first input's; each further one adds one.</param>
internal sealed class FuzzLoop(string name, Action<byte[]> target, string folder, int seed)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private const long MostAllocated = 300 << 20;

    /// <summary>Runs for a while.</summary>
    /// <returns>Number of failures.</returns>
    public int Run(TimeSpan duration)
    {
        var corpus = Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToArray();
        if (corpus.Length == 0) throw new ArgumentException($"The folder '{folder}' has no files; put sound ones into it.", nameof(folder));
        var current = Path.Combine(Environment.CurrentDirectory, $"{name}-current.bin");
        Console.WriteLine(FormattableString.Invariant($"{name}: {corpus.Length} files, seed {seed}; the input that is being read lies in {current}"));
        var (watch, inputs, read, failures, slowest) = (Stopwatch.StartNew(), 0, 0, 0, TimeSpan.Zero);
        for (; watch.Elapsed < duration; inputs++)
        {
            var draw = new Random(seed + inputs);
            var bytes = ByteMutations.Of(corpus[draw.Next(corpus.Length)], corpus[draw.Next(corpus.Length)], draw.Next());
            File.WriteAllBytes(current, bytes);
            var start = watch.Elapsed;
            var fault = Fault(bytes, ref read);
            var lasted = watch.Elapsed - start;
            if (lasted > slowest) slowest = lasted;
            if (lasted > Patience) fault ??= $"it lasts {lasted.TotalSeconds:0} seconds";
            if (fault is null) continue;
            failures++;
            var kept = Path.Combine(Environment.CurrentDirectory, $"{name}-{(seed + inputs).ToString(CultureInfo.InvariantCulture)}.bin");
            File.WriteAllBytes(kept, bytes);
            Console.WriteLine($"{kept}: {fault}");
        }
        File.Delete(current);
        Console.WriteLine(FormattableString.Invariant($"{name}: {inputs} inputs in {watch.Elapsed.TotalSeconds:0} s, {read} read, {inputs - read - failures} refused, {failures} failed; slowest {slowest.TotalMilliseconds:0} ms, peak memory {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB"));
        return failures;
    }

    private string? Fault(byte[] bytes, ref int read)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            target(bytes);
            read++;
        }
        catch (Exception e) when (HostileTargets.IsPromised(e))
        {
            // refused, as it should be
        }
        catch (Exception e)
        {
            return e.ToString();
        }
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return allocated > MostAllocated ? $"it allocates {allocated} bytes" : null;
    }
}
