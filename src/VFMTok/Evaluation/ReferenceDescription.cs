using System.Text.Json;
using VFMTok.Numpy;
using VFMTok.Pickle;
using VFMTok.Runtime;

namespace VFMTok.Evaluation;

/// <summary>What a file of <see cref="ReferenceStatistics"/> says of itself, as JSON in an array of its own beside those that other programs read.</summary>
internal sealed record ReferenceDescription(string Format, string Name, string Hash, ExtractorIdentity Extractor, long? Count, int ImageWidth, int ImageHeight, string? Crop)
{
    /// <summary>The format that this version writes and reads.</summary>
    public const string CurrentFormat = "vfmtok-reference-1";

    /// <summary>Describes a reference.</summary>
    public static ReferenceDescription Of(ReferenceStatistics reference) =>
        new(CurrentFormat, reference.Name, reference.Hash, reference.Extractor, reference.Count, reference.ImageWidth, reference.ImageHeight, reference.Crop);

    /// <summary>As JSON.</summary>
    public string ToJson() => ModelMetadata.Of("", this, new Dictionary<string, string>()).Configuration;

    /// <summary>Reads and checks it.</summary>
    /// <exception cref="InvalidNumpyFileException">It is none, or of another format.</exception>
    public static ReferenceDescription Read(NpyReader reader)
    {
        try
        {
            var description = ModelMetadata.Parse<ReferenceDescription>(reader.ReadText());
            return description.Fault() is not { } fault ? description : throw reader.Source.Bad($"states {fault}", Remedy);
        }
        catch (JsonException e)
        {
            throw reader.Source.Bad($"describes no reference ({PickleRules.Short(e.Message.Split('\n')[0].TrimEnd('.'))})", Remedy, e);
        }
    }

    private const string Remedy = "make the reference anew from its images";

    private string? Fault() =>
        Format != CurrentFormat ? $"the format '{PickleRules.Short(Format ?? "")}' where '{CurrentFormat}' is read"
        : string.IsNullOrEmpty(Name) || string.IsNullOrEmpty(Hash) ? "no name or no hash"
        : Extractor is not { Name: not null, DistanceName: not null, Width: >= 1 and <= FeatureMoments.MaximumWidth } ? "no network of its features"
        : Count < 2 ? $"a count of {Count} images"
        : ImageWidth < 0 || ImageHeight < 0 ? "an image size that is negative" : null;
}
