using System.Diagnostics;
using System.Text.Json;
using static TorchSharp.torch;

namespace VFMTok.Benchmarks;

/// <summary>Times work, and prints it as a line of JSON.</summary>
internal static class Measured
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Median seconds of each of several pieces of work that take turns: a machine that slows down slows all of them.</summary>
    /// <param name="rounds">How often each is run and counted; two rounds before do not count.</param>
    /// <param name="work">What is timed.</param>
    public static double[] Medians(int rounds, params Action[] work)
    {
        var times = work.Select(_ => new List<double>()).ToArray();
        for (var round = -2; round < rounds; round++)
            for (var i = 0; i < work.Length; i++)
            {
                var watch = Stopwatch.StartNew();
                work[i]();
                if (round >= 0) times[i].Add(watch.Elapsed.TotalSeconds);
            }
        return [.. times.Select(t => t.Order().ElementAt(t.Count / 2))];
    }

    public static void Print(string name, double value, string unit, string precision, int batch, double? ratio = null, string? against = null) =>
        Console.WriteLine(JsonSerializer.Serialize(new { Name = name, Value = Math.Round(value, 4), Unit = unit, Ratio = ratio is { } r ? Math.Round(r, 3) : (double?)null, Against = against, Precision = precision, Batch = batch, Threads = get_num_threads() }, Json));
}
