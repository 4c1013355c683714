using System.Diagnostics;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace VFMTok.Benchmarks;

/// <summary>Times work, and prints it as a line of JSON.</summary>
internal static class Measured
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Median seconds of each of several pieces of work that take turns: a machine that slows down slows all of them.</summary>
    /// <param name="rounds">How often each is run and counted; one round before does not count.</param>
    /// <param name="work">What is timed.</param>
    public static double[] Medians(int rounds, params Action[] work) => MediansAfter(null, rounds, work);

    /// <summary>The same, with something that runs before each piece and is not timed.</summary>
    public static double[] MediansAfter(Action? before, int rounds, params Action[] work)
    {
        var times = work.Select(_ => new List<double>()).ToArray();
        for (var round = -1; round < rounds; round++)
            for (var i = 0; i < work.Length; i++)
            {
                using var scope = NewDisposeScope();
                before?.Invoke();
                if (before is not null && cuda.is_available()) cuda.synchronize();
                var watch = Stopwatch.StartNew();
                work[i]();
                scope.Dispose();
                if (cuda.is_available()) cuda.synchronize();
                if (round >= 0) times[i].Add(watch.Elapsed.TotalSeconds);
            }
        return [.. times.Select(t => t.Order().ElementAt(t.Count / 2))];
    }

    public static void Print(string name, double value, string unit, string precision, int batch, double? ratio = null, string? against = null)
    {
        static double Short(double x) => x == 0 || !double.IsFinite(x) ? 0 : Math.Round(x, Math.Clamp(3 - (int)Math.Floor(Math.Log10(Math.Abs(x))), 0, 9));
        Console.WriteLine(JsonSerializer.Serialize(
            new { Name = name, Value = Short(value), Unit = unit, Ratio = ratio is { } r ? Short(r) : (double?)null, Against = against, Precision = precision, Batch = batch, Threads = get_num_threads() }, Json));
    }
}
