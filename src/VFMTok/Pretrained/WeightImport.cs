using System.Security.Cryptography;
using VFMTok.Checkpoints;

namespace VFMTok.Pretrained;

/// <summary>Official weights to the library's own files, once and checked (docs/pretrained.md). Nothing in a file is executed, and no more than one tensor is in memory at a time.</summary>
public static class WeightImport
{
    /// <summary>Imports files into a folder: <c>foundation.safetensors</c>, <c>tokenizer.safetensors</c> (with the foundation model inside), <c>generator.safetensors</c>,
    /// <c>perceptual.safetensors</c>, <c>dino.safetensors</c>, <c>inception.safetensors</c>.</summary>
    /// <param name="options">The files.</param>
    /// <param name="folder">Made if it is missing. All files are checked before the first one is written; each is replaced only when it is complete.</param>
    /// <param name="progress">Told of every tensor.</param>
    /// <param name="cancellation">Checked before every tensor.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="ArgumentException">The options do not fit together.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidCheckpointException">A file is damaged, hostile, another network's, does not fit the others, has another SHA-256, or holds NaN or infinite numbers.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static IReadOnlyList<ImportedNetwork> Import(WeightImportOptions options, string folder, IProgress<WeightImportProgress>? progress = null, CancellationToken cancellation = default)
    {
        options.Validate();
        foreach (var (path, hash) in options.Sha256) RequireHash(path, hash);
        using var sources = new ImportSources(options);
        var plans = sources.Plans();
        foreach (var plan in plans) plan.Conversion.Check();
        Directory.CreateDirectory(folder);
        var (done, total) = (0L, plans.Sum(p => p.Conversion.Length));
        var imported = new List<ImportedNetwork>();
        foreach (var plan in plans)
        {
            var path = Path.Combine(folder, plan.FileName);
            // a generator names its tokenizer, whose hash is known once it has been written
            var conversion = plan.WithTokenizer is { } describe ? plan.Conversion with { Metadata = describe(imported.FirstOrDefault(i => i.Kind == NetworkKind.Tokenizer)?.Hash ?? options.TokenizerHash!) } : plan.Conversion;
            var hash = conversion.Write(path, options.AllowNonFinite, bytes => progress?.Report(new WeightImportProgress(plan.Name, done += bytes, total)), cancellation);
            imported.Add(new ImportedNetwork(plan.Kind, plan.Name, path, hash, conversion.Tensors.Sum(t => t.Tensor.numel()), plan.Source));
        }
        return imported;
    }

    private static void RequireHash(string path, string wanted)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"There is no file '{path}'; check the path.", path);
        using var stream = File.OpenRead(path);
        var found = Convert.ToHexStringLower(SHA256.HashData(stream));
        if (!found.Equals(wanted, StringComparison.OrdinalIgnoreCase)) throw new InvalidCheckpointException($"'{Path.GetFileName(path)}' has the SHA-256 {found} and not {wanted.ToLowerInvariant()}; download it again.");
    }
}
