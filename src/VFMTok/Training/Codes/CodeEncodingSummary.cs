using VFMTok.Training.Reporting;

namespace VFMTok.Training;

/// <summary>What an encoding did.</summary>
/// <param name="Encoded">Images that were tokenized now.</param>
/// <param name="Found">Images that were there already.</param>
/// <param name="Broken">Images that cannot be decoded and are left out.</param>
/// <param name="Variants">Token sequences of each image, ranks aside.</param>
/// <param name="Elapsed">Time spent.</param>
public sealed record CodeEncodingSummary(int Encoded, int Found, int Broken, int Variants, TimeSpan Elapsed)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        var made = $"tokenized {Encoded} images in {Variants} {(Variants == 1 ? "variant" : "variants")} in {(Elapsed.TotalSeconds < 60 ? FormattableString.Invariant($"{Elapsed.TotalSeconds:0.#} s") : Readable.Duration(Elapsed))}";
        return Encoded == 0 && Found > 0 ? $"{Found} images found in the cache" : Found == 0 ? made : $"{made}; {Found} images found in the cache";
    }
}
