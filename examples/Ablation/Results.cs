using System.Text.Json;

namespace VFMTok.Examples.Ablation;

/// <summary>Samples of one moment of a generator's training.</summary>
/// <param name="Step">Steps so far.</param>
/// <param name="Guidance">Guidance scale; 1 = without.</param>
/// <param name="Distance">Frechet distance to the held-out images, in the features of the tiny foundation model.</param>
/// <param name="SecondDistance">The same in those of the network that no tokenizer has seen.</param>
/// <param name="Precision">Improved precision, tiny features.</param>
/// <param name="Recall">Improved recall.</param>
/// <param name="ClassAccuracy">Share of the samples whose class the judge recognises.</param>
internal sealed record SampleScores(int Step, double Guidance, double Distance, double SecondDistance, double Precision, double Recall, double ClassAccuracy);

/// <summary>All figures of one run: one image set, one variant, one seed.</summary>
/// <param name="Set">Image set.</param>
/// <param name="Variant">Key of the variant.</param>
/// <param name="Seed">Of both trainings.</param>
/// <param name="Tokens">Per image.</param>
/// <param name="Psnr">Of held-out images, decibels.</param>
/// <param name="Ssim">Of held-out images.</param>
/// <param name="Distance">Frechet distance of reconstructions to their originals, tiny features.</param>
/// <param name="SecondDistance">The same in the second network's features.</param>
/// <param name="Usage">Share of the codebook that held-out images use.</param>
/// <param name="Perplexity">e to the entropy of the codes.</param>
/// <param name="ProbeAccuracy">Accuracy of a linear classifier on the code vectors, held-out images.</param>
/// <param name="JudgeAccuracy">How well the judge recognises reconstructions of held-out images: how far to trust it.</param>
/// <param name="Samples">Of the generator.</param>
/// <param name="Seconds">Whole run.</param>
/// <param name="Budget">What it could spend.</param>
internal sealed record RunResult(string Set, string Variant, int Seed, int Tokens, double Psnr, double Ssim, double Distance, double SecondDistance, double Usage, double Perplexity, double ProbeAccuracy, double JudgeAccuracy,
    IReadOnlyList<SampleScores> Samples, double Seconds, Budget Budget)
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    /// <summary>Name of the file without its end.</summary>
    public static string NameOf(string set, string variant, int seed) => $"{set}-{variant}-{seed}";

    /// <summary>Writes the result, all or nothing.</summary>
    public void Save(string folder)
    {
        var path = PathOf(folder, Set, Variant, Seed);
        File.WriteAllText(path + ".tmp", JsonSerializer.Serialize(this, Json));
        File.Move(path + ".tmp", path, overwrite: true);
    }

    /// <summary>A finished run of the same budget; null if there is none.</summary>
    public static RunResult? Find(string folder, string set, string variant, int seed, Budget budget) =>
        PathOf(folder, set, variant, seed) is var path && File.Exists(path) && JsonSerializer.Deserialize<RunResult>(File.ReadAllText(path)) is { } result && Same(result.Budget, budget) ? result : null;

    private static bool Same(Budget a, Budget b) => JsonSerializer.Serialize(a) == JsonSerializer.Serialize(b);

    private static string PathOf(string folder, string set, string variant, int seed) => Path.Combine(folder, NameOf(set, variant, seed) + ".json");
}
