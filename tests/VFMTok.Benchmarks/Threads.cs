using System.Diagnostics;
using System.Globalization;
using VFMTok.Runtime;
using VFMTok.Tokenizer;

namespace VFMTok.Benchmarks;

/// <summary>Time of a step with other work on the processors: busy threads in this process, and another busy process. With the library's setting of the OpenMP runtime and with its own.</summary>
/// <remarks>OpenMP reads its variables when it is loaded, so each setting has a process of its own, and the settings take turns.</remarks>
internal static class Threads
{
    private const int BatchSize = 16;

    private static readonly (string Name, (string, string?)[] Environment)[] Waits =
    [
        ("default", []),
        ("GOMP_SPINCOUNT=300000", [("GOMP_SPINCOUNT", "300000")]), // the OpenMP runtime's own default
        ("OMP_WAIT_POLICY=passive", [("OMP_WAIT_POLICY", "passive")]),
        ("OMP_NUM_THREADS=1", [("OMP_NUM_THREADS", "1")]),
    ];

    private static readonly string[] Companies = ["alone", "beside a busy thread", "beside two busy threads", "beside a busy process"];

    public static void Run(Settings settings)
    {
        var times = Waits.Select(_ => Companies.Select(_ => new List<double>()).ToArray()).ToArray();
        for (var round = 0; round < settings.Rounds; round++)
            for (var w = 0; w < Waits.Length; w++)
            {
                var lines = ChildProcess.Run(["step", settings.Quick ? "9" : "15"], Waits[w].Environment).Split('\n');
                for (var c = 0; c < Companies.Length; c++) times[w][c].Add(double.Parse(lines[c], CultureInfo.InvariantCulture));
            }
        for (var w = 0; w < Waits.Length; w++)
            for (var c = 0; c < Companies.Length; c++)
                Measured.Print($"threads, encode of Tiny, {Waits[w].Name}, {Companies[c]}", 1000 * Median(times[w][c]), "ms", "Float32", BatchSize, Median(times[w][c]) / Median(times[0][0]), "default, alone");
    }

    /// <summary>What a process of its own does: prints the seconds of a step in each kind of company.</summary>
    /// <param name="rounds">Steps that are timed; the median counts.</param>
    public static void Steps(int rounds)
    {
        using var tokenizer = new VfmTokenizerModel(SeededDraws.Run(1, () => new VfmTokenizer(TokenizerConfig.Tiny)), ComputeDevice.Cpu);
        var (rgb, tokens) = (new byte[BatchSize * tokenizer.Config.ImageSize * tokenizer.Config.ImageSize * 3], new int[BatchSize * tokenizer.Config.SlotCount]);
        double Time() => Measured.Medians(rounds, () => tokenizer.Encode(rgb, BatchSize, tokens))[0];
        Print(Time());
        for (var threads = 1; threads <= 2; threads++)
        {
            using var spinning = new Spinning(threads);
            Print(Time());
        }
        using var process = ChildProcess.Start(["spin", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)], []);
        process.StandardOutput.ReadLine(); // it is under way
        Print(Time());
        process.Kill();

        static void Print(double seconds) => Console.WriteLine(seconds.ToString("r", CultureInfo.InvariantCulture));
    }

    /// <summary>Another process: busy until it is ended, or its parent is no more.</summary>
    public static void Spin(int parent)
    {
        using var starter = Process.GetProcessById(parent);
        using var spinning = new Spinning(1);
        Console.WriteLine("spinning");
        starter.WaitForExit();
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    private sealed class Spinning : IDisposable
    {
        private readonly Thread[] _threads;
        private volatile bool _stop;

        public Spinning(int count)
        {
            _threads = [.. Enumerable.Range(0, count).Select(_ => new Thread(() => { while (!_stop) Thread.SpinWait(100); }))];
            foreach (var thread in _threads) thread.Start();
        }

        public void Dispose()
        {
            _stop = true;
            foreach (var thread in _threads) thread.Join();
        }
    }
}
