using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using TorchSharp;
using VFMTok.Generation;
using VFMTok.ML;
using VFMTok.Runtime;
using VFMTok.Tokenizer;

namespace VFMTok.Benchmarks;

/// <summary>Memory: of many rows against few, of a large model zip against its size, and tensors that outlive what made them.</summary>
/// <remarks>Peaks are those of whole processes, resident memory as the system counts it, so each is measured in a process of its own.</remarks>
internal static class MemoryUse
{
    private const int Processes = 3; // the median counts

    public static void Run(Settings settings)
    {
        var folder = Directory.CreateTempSubdirectory("vfmtok-").FullName;
        try
        {
            Rows(settings, folder);
            LiveTensors();
            ModelZip(settings, Path.Combine(folder, "model.zip"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What a process of its own does: its task, then what it works on. Prints bytes.</summary>
    public static void Child(string[] task)
    {
        var ml = new MLContext();
        switch (task)
        {
            case ["tokenize", var folder, var rows]:
                using (var tokenizer = Tokenizer(TokenizerConfig.Tiny)) TokenizeRows(ml, tokenizer, folder, int.Parse(rows, CultureInfo.InvariantCulture));
                Console.WriteLine(PeakBytes());
                break;
            case ["draw", var rows]:
                using (var tokenizer = Tokenizer(TokenizerConfig.Tiny))
                using (var generator = Generator(tokenizer, GeneratorConfig.Tiny)) DrawRows(ml, tokenizer, generator, int.Parse(rows, CultureInfo.InvariantCulture));
                Console.WriteLine(PeakBytes());
                break;
            case ["save", var path, var preset]:
                using (var tokenizer = Tokenizer(TokenizerConfig.Presets[preset]))
                using (var generator = preset == "paper" ? Generator(tokenizer, GeneratorConfig.B) : null)
                {
                    VfmModelZip.Save(ml, path, tokenizer, generator);
                    Console.WriteLine((tokenizer.ParameterCount + (generator?.ParameterCount ?? 0)) * sizeof(float));
                }
                break;
            case ["load", var small, var path]:
                using (VfmModelZip.Load(ml, small)) { } // libraries are loaded, code is compiled
                var before = Environment.WorkingSet;
                using (VfmModelZip.Load(ml, path)) Console.WriteLine(PeakBytes() - before);
                break;
        }
    }

    private static void Rows(Settings settings, string folder)
    {
        var (few, many) = settings.Quick ? (100, 400) : (100, 1000);
        Photos.Write(folder, 200, i => (64 + 97 * i % 400, 64 + 61 * i % 300));
        Compare("VfmTokenize, JPEG files of varying sizes", few, many, rows => ["tokenize", folder, rows]);
        if (!settings.Quick) Compare("VfmTokenize, JPEG files of varying sizes", many, 4 * many, rows => ["tokenize", folder, rows]); // what the heap and the compiler take at first is taken by now
        Compare("VfmClassToImage", few, many, rows => ["draw", rows]);

        static void Compare(string name, int few, int many, Func<string, string[]> task)
        {
            double Peak(int rows) => Enumerable.Range(0, Processes).Select(_ => Own(task(rows.ToString(CultureInfo.InvariantCulture)))).Order().ElementAt(Processes / 2);
            var peaks = (Few: Peak(few), Many: Peak(many));
            Measured.Print($"memory, {name}, {many} rows, peak", peaks.Many / 1e6, "MB", "Float32", 16, peaks.Many / peaks.Few, $"peak of {few} rows");
        }
    }

    private static void LiveTensors()
    {
        var ml = new MLContext(seed: 1);
        var rows = Enumerable.Range(0, 20).Select(i => new Row { Image = Photos.Image(i, 80, 70), Label = $"{i % 10}" }).ToArray();
        using var tokenizer = Tokenizer(TokenizerConfig.Tiny);
        using var generator = Generator(tokenizer, GeneratorConfig.Tiny);
        Compare("Transform, tokens and pictures", () =>
        {
            using var chain = ml.Transforms.VfmTokenize("Tokens", "Image", tokenizer).Append(ml.Transforms.VfmDetokenize("Picture", "Tokens", tokenizer)).Fit(ml.Data.LoadFromEnumerable(rows));
            foreach (var row in ml.Data.CreateEnumerable<Tokens>(chain.Transform(ml.Data.LoadFromEnumerable(rows)), reuseRowObject: false, ignoreMissingColumns: true)) GC.KeepAlive(row);
        });
        Compare("Fit, tokenizer of two steps", () => ml.Transforms.VfmTokenize("Tokens", "Image", options: new VfmTokenizeOptions { Training = { Steps = 2, BatchSize = 4 } }).Fit(ml.Data.LoadFromEnumerable(rows)).Dispose());
        Compare("Generate, two pictures", () => generator.Generate([1, 2], [5, 6], new SamplingOptions { GuidanceScale = 2 }, new int[2 * generator.Config.TokenCount]));

        static void Compare(string name, Action work)
        {
            work();
            var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            work();
            var after = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            Measured.Print($"memory, live tensors after {name}", after, "tensors", "Float32", 1, (double)after / before, "before");
        }
    }

    private static void ModelZip(Settings settings, string path)
    {
        var (preset, small) = (settings.Quick ? "small" : "paper", path + ".tiny");
        var name = $"memory, loading a zip of the {preset} tokenizer{(settings.Quick ? "" : " and GPT-B")}";
        Own("save", small, "tiny");
        var weights = Own("save", path, preset);
        var size = new FileInfo(path).Length;
        var growth = Own("load", small, path);
        Measured.Print($"{name} ({size / 1_000_000} MB), growth to the peak", growth / 1e6, "MB", "Float32", 1, growth / size, "size of the zip");
        Measured.Print($"{name} ({size / 1_000_000} MB), growth to the peak", growth / 1e6, "MB", "Float32", 1, growth / weights, "bytes of its weights");
    }

    private static void TokenizeRows(MLContext ml, VfmTokenizerModel tokenizer, string folder, int count)
    {
        var paths = Directory.GetFiles(folder, "*.jpg").Order().ToArray();
        var data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new Row { Path = paths[i % paths.Length] }));
        using var step = ml.Transforms.VfmTokenize("Tokens", "Path", tokenizer).Fit(data);
        foreach (var tokens in step.Transform(data).GetColumn<uint[]>("Tokens")) GC.KeepAlive(tokens);
    }

    private static void DrawRows(MLContext ml, VfmTokenizerModel tokenizer, VfmGeneratorModel generator, int count)
    {
        var data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new Row { Label = $"{i % 10}" }));
        using var step = ml.Transforms.VfmClassToImage("Picture", "Label", generator, tokenizer).Fit(data);
        foreach (var picture in step.Transform(data).GetColumn<MLImage>("Picture")) picture.Dispose();
    }

    // Untrained networks are as large as trained ones.
    private static VfmTokenizerModel Tokenizer(TokenizerConfig config) => new(SeededDraws.Run(1, () => new VfmTokenizer(config)), ComputeDevice.Cpu);

    private static VfmGeneratorModel Generator(VfmTokenizerModel tokenizer, GeneratorConfig config) =>
        new(SeededDraws.Run(2, () => GeneratorNetwork.Of(config)), [.. Enumerable.Range(0, config.ClassCount).Select(i => $"{i}")], tokenizer.Hash, ComputeDevice.Cpu);

    private static double Own(params string[] task) => double.Parse(ChildProcess.Run(task), CultureInfo.InvariantCulture);

    private static long PeakBytes()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    private sealed class Row
    {
        public string Path { get; set; } = "";

        public string Label { get; set; } = "";

        [ImageType(80, 70)]
        public MLImage Image { get; set; } = null!;
    }

    private sealed class Tokens
    {
        [ColumnName("Tokens")]
        public uint[] Values { get; set; } = [];

        public MLImage Picture { get; set; } = null!;
    }
}
