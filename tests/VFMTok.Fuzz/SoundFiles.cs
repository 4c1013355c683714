using Microsoft.ML;
using VFMTok.Generation;
using VFMTok.ML;
using VFMTok.Runtime;
using VFMTok.Tokenizer;

namespace VFMTok.Fuzz;

/// <summary>Sound files of the library's own formats to start from; those of other formats lie in tests/Golden.</summary>
internal static class SoundFiles
{
    /// <summary>Writes a small generator into configuration/ and chains with it and with larger networks into model-zip/.</summary>
    public static void Write(string folder)
    {
        using var tokenizer = new VfmTokenizerModel(SeededDraws.Run(1, () => new VfmTokenizer(TokenizerConfig.Tiny)), ComputeDevice.Cpu);
        using var generator = Generator(GeneratorConfig.Tiny with { Depth = 1, ClassCount = 2 }, tokenizer.Hash);
        using var small = Generator(GeneratorConfig.Tiny with { Depth = 1, Width = 16, Heads = 2, HiddenMultiple = 8, CodebookSize = 16, TokenGrid = 2, ClassCount = 2 }, tokenizer.Hash);
        Save(folder, "configuration", "generator.safetensors", small.Save);
        var ml = new MLContext(seed: 1);
        var rows = ml.Data.LoadFromEnumerable(new[] { new Row() });
        using var chain = ml.Transforms.VfmTokenize("Tokens", "Path", tokenizer).Append(ml.Transforms.VfmClassToImage("Image", "Label", generator, tokenizer)).Fit(rows);
        using var step = ml.Transforms.VfmGenerateTokens("Tokens", "Label", small).Fit(rows);
        Save(folder, "model-zip", "small.zip", path => ml.Model.Save(step, rows.Schema, path));
        Save(folder, "model-zip", "model.zip", path => ml.Model.Save(chain, rows.Schema, path));
    }

    private static VfmGeneratorModel Generator(GeneratorConfig config, string tokenizerHash) =>
        new(SeededDraws.Run(2, () => new AutoregressiveTransformer(config)), ["cat", "dog"], tokenizerHash, ComputeDevice.Cpu);

    private static void Save(string folder, string target, string file, Action<string> save)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, target)).FullName, file);
        save(path);
        Console.WriteLine(path);
    }

    private sealed class Row
    {
        public string Path { get; set; } = "";
        public string Label { get; set; } = "cat";
    }
}
