using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using VFMTok.Imaging;
using VFMTok.ML;
using VFMTok.Runtime;
using VFMTok.Tokenizer;

namespace VFMTok.Benchmarks;

/// <summary>Tokens of 256 pictures through ML.NET, from memory and from JPEG files, against the network alone; and batches against single rows.</summary>
internal static class Pipeline
{
    private const int Count = 256, BatchSize = 16;

    public static void Run(Settings settings)
    {
        var folder = Directory.CreateTempSubdirectory("vfmtok-").FullName;
        var ml = new MLContext();
        var device = settings.IsGpu ? ComputeDevice.Select(0, fallbackToCpu: false) : ComputeDevice.Cpu;
        using var tokenizer = new VfmTokenizerModel(SeededDraws.Run(1, () => new VfmTokenizer(TokenizerConfig.Tiny)), device); // untrained: it takes as long
        try
        {
            Memory(settings, ml, tokenizer);
            Rows(settings, ml, tokenizer);
            foreach (var (width, height) in settings.Quick ? [(256, 256)] : new[] { (64, 64), (128, 128), (256, 256), (500, 375) }) Files(settings, ml, tokenizer, folder, width, height);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Memory(Settings settings, MLContext ml, VfmTokenizerModel tokenizer)
    {
        var side = tokenizer.Config.ImageSize;
        foreach (var size in new[] { side, 4 * side })
        {
            var rows = Enumerable.Range(0, Count).Select(i => new ImageRow { Image = Photos.Image(i, size, size) }).ToArray();
            var direct = Direct(tokenizer, i => Crops.CenterCrop(Rgb(Photos.Pixels(i, size, size), size), side));
            var tokens = Tokens(ml, rows, tokenizer, BatchSize);
            var times = Measured.Medians(settings.ManyRounds, tokens, direct);
            Measured.Print($"pipeline, {Count} images of {size} px in memory", Count / times[0], "images/s", "Float32", BatchSize, times[0] / times[1], "time of Encode on ready pixels");
        }
    }

    private static void Rows(Settings settings, MLContext ml, VfmTokenizerModel tokenizer)
    {
        var rows = Enumerable.Range(0, Count).Select(i => new ImageRow { Image = Photos.Image(i, tokenizer.Config.ImageSize, tokenizer.Config.ImageSize) }).ToArray();
        using var chain = ml.Transforms.VfmTokenize("Tokens", "Image", tokenizer, VfmTokenType.UInt32).Fit(ml.Data.LoadFromEnumerable(rows));
        using var engine = ml.Model.CreatePredictionEngine<ImageRow, TokenRow>(chain);
        var (batched, single) = (Tokens(ml, rows, tokenizer, BatchSize), Tokens(ml, rows, tokenizer, 1));
        var times = Measured.Medians(settings.Rounds, batched, single, () => { foreach (var row in rows) engine.Predict(row); });
        Measured.Print("pipeline, batches of one", Count / times[1], "images/s", "Float32", 1, times[1] / times[0], $"time in batches of {BatchSize}");
        Measured.Print("pipeline, PredictionEngine", Count / times[2], "images/s", "Float32", 1, times[2] / times[0], $"time in batches of {BatchSize}");
    }

    private static void Files(Settings settings, MLContext ml, VfmTokenizerModel tokenizer, string folder, int width, int height)
    {
        var (side, name) = (tokenizer.Config.ImageSize, $"pipeline, {Count} JPEG files of {width} x {height} px");
        var paths = Photos.Write(Path.Combine(folder, $"{width}"), Count, _ => (width, height));
        var rows = Array.ConvertAll(paths, path => new FileRow { Path = path });
        void Decode() => Parallel.ForEach(paths, path => Crops.CenterCrop(ImageDecoder.Decode(path), side));
        var direct = Direct(tokenizer, i => Crops.CenterCrop(ImageDecoder.Decode(paths[i]), side));
        var (overlapped, serial) = (Tokens(ml, rows, tokenizer, BatchSize), Tokens(ml, rows, tokenizer, BatchSize, prefetch: false));
        double busy = 0;
        void Busy(Action work)
        {
            var before = Environment.CpuUsage.TotalTime;
            work();
            busy += (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        }
        var times = Measured.Medians(settings.Rounds, overlapped, serial, () => Busy(Decode), () => Busy(direct));
        var cores = busy / (settings.Rounds + 1) / Environment.ProcessorCount; // no schedule can be faster
        Measured.Print($"{name}, decoding alone", Count / times[2], "images/s", "Float32", BatchSize, times[2] / times[3], "time of the network alone");
        Measured.Print(name, Count / times[0], "images/s", "Float32", BatchSize, times[0] / Math.Max(times[2], times[3]), "time of the slower of decoding and network, each alone on all cores");
        Measured.Print(name, Count / times[0], "images/s", "Float32", BatchSize, times[0] / cores, "CPU time of decoding and network, each alone, over the number of cores");
        Measured.Print(name, Count / times[0], "images/s", "Float32", BatchSize, times[0] / times[1], "time without prefetch");
    }

    // The network on pixels that are ready.
    private static Action Direct(VfmTokenizerModel tokenizer, Func<int, RgbImage> image)
    {
        var (bytes, slots) = (tokenizer.Config.ImageSize * tokenizer.Config.ImageSize * 3, tokenizer.Config.SlotCount);
        var (pixels, tokens) = (new byte[Count * bytes], new int[Count * slots]);
        for (var i = 0; i < Count; i++) image(i).Pixels.CopyTo(pixels, i * bytes);
        return () =>
        {
            for (var i = 0; i < Count; i += BatchSize) tokenizer.Encode(pixels.AsSpan(i * bytes, BatchSize * bytes), BatchSize, tokens.AsSpan(i * slots, BatchSize * slots));
        };
    }

    // All tokens, through ML.NET.
    private static Action Tokens<TRow>(MLContext ml, TRow[] rows, VfmTokenizerModel tokenizer, int batchSize, bool prefetch = true) where TRow : class
    {
        var data = ml.Data.LoadFromEnumerable(rows);
        var options = new VfmTokenizeOptions { BatchSize = batchSize, Prefetch = prefetch };
        return () =>
        {
            using var step = new VfmTokenizeTransformer("Tokens", data.Schema[0].Name, tokenizer, options);
            var view = step.Transform(data);
            using var cursor = view.GetRowCursor([view.Schema["Tokens"]]);
            var get = cursor.GetGetter<VBuffer<uint>>(view.Schema["Tokens"]);
            VBuffer<uint> value = default;
            while (cursor.MoveNext()) get(ref value);
        };
    }

    private static RgbImage Rgb(byte[] rgba, int size) => RgbImage.FromPremultiplied(size, size, rgba, blueFirst: false);

    private sealed class ImageRow
    {
        [ImageType(64, 64)]
        public MLImage Image { get; set; } = null!;
    }

    private sealed class FileRow
    {
        public string Path { get; set; } = "";
    }

    private sealed class TokenRow
    {
        public uint[] Tokens { get; set; } = [];
    }
}
