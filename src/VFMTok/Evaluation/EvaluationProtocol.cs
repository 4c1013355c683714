using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using VFMTok.Generation;

namespace VFMTok.Evaluation;

/// <summary>Everything that a figure depends on. It is to be printed and stored with every figure; two figures are comparable if their protocols are equal but for the model.</summary>
public sealed record EvaluationProtocol
{
    /// <summary>Values of <see cref="Task"/>.</summary>
    public const string Reconstruction = "reconstruction", Generation = "generation";

    /// <summary>With fewer images than this a Frechet distance is marked as one of few.</summary>
    public const int FewImages = 10_000;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    /// <summary>What was judged: <see cref="Reconstruction"/> or <see cref="Generation"/>.</summary>
    public required string Task { get; init; }

    /// <summary>How images were cut, in words, such as "center 64 px"; null = not at all.</summary>
    public string? Crop { get; init; }

    /// <summary>How images were resized before they were measured, such as "Pillow bicubic to 256"; null = not at all.</summary>
    public string? Resize { get; init; }

    /// <summary>Images that were judged.</summary>
    public required long ImageCount { get; init; }

    /// <summary>Seed of the first image; null = nothing was drawn.</summary>
    public long? Seed { get; init; }

    /// <summary>Strength of classifier-free guidance; null = nothing was drawn.</summary>
    public double? GuidanceScale { get; init; }

    /// <summary>How guidance grows; 0 = it is constant.</summary>
    public double? GuidancePower { get; init; }

    /// <summary>Last step that is guided; -1 = all are.</summary>
    public int? GuidanceInterval { get; init; }

    /// <summary>Temperature of drawing.</summary>
    public double? Temperature { get; init; }

    /// <summary>Codes that may be drawn; 0 = all.</summary>
    public int? TopK { get; init; }

    /// <summary>Probability of the codes that may be drawn; 1 = all.</summary>
    public double? TopP { get; init; }

    /// <summary>Whether the likeliest code is always taken.</summary>
    public bool? Greedy { get; init; }

    /// <summary>What products are computed in, and whether weights are rounded to eight bits.</summary>
    public string? Precision { get; init; }

    /// <summary>How classes were chosen, in words, such as "each class equally often" or "as in the reference".</summary>
    public string? ClassBalance { get; init; }

    /// <summary>Network behind the features; null = no metric of features.</summary>
    public ExtractorIdentity? Extractor { get; init; }

    /// <summary>What samples were compared with.</summary>
    public string? Reference { get; init; }

    /// <summary>Its hash.</summary>
    public string? ReferenceHash { get; init; }

    /// <summary>Images behind it; null = not known.</summary>
    public long? ReferenceCount { get; init; }

    /// <summary>Images, the first ones of each set, that give precision and recall; 0 = none, null = these figures are not part of the task.</summary>
    public int? Neighbourhoods { get; init; }

    /// <summary>Content hash of the network of LPIPS; null = not measured.</summary>
    public string? PerceptualHash { get; init; }

    /// <summary>Content hash of the tokenizer; null = none took part.</summary>
    public string? TokenizerHash { get; init; }

    /// <summary>Content hash of the generator; null = none took part.</summary>
    public string? GeneratorHash { get; init; }

    /// <summary>Sentences for whoever reads figures of this protocol: few images, another network than the FID's. Results have cautions of their own besides, and these among them.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Cautions => Extractor is null ? [] : [.. EvaluationCautions.Of(ImageCount, ReferenceCount, Reference, Extractor)];

    /// <summary>The same protocol with the reference filled in, and its network.</summary>
    public EvaluationProtocol Against(ReferenceStatistics reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return this with { Reference = reference.Name, ReferenceHash = reference.Hash, ReferenceCount = reference.Count, Extractor = Extractor ?? reference.Extractor };
    }

    /// <summary>The same protocol with all that drawing depends on filled in.</summary>
    public EvaluationProtocol Drawn(SamplingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return this with
        {
            GuidanceScale = options.GuidanceScale, GuidancePower = options.GuidancePower, GuidanceInterval = options.GuidanceInterval, Temperature = options.Temperature, TopK = options.TopK, TopP = options.TopP,
            Greedy = options.Greedy, Precision = options.Precision + (options.Int8Weights ? ", weights of eight bits" : ""),
        };
    }

    /// <summary>The facts, one a line and only those that there are: "name: value".</summary>
    public IReadOnlyList<string> Describe()
    {
        (string Name, object? Value)[] facts =
        [
            ("task", Task), ("images", ImageCount), ("crop", Crop ?? "none"), ("resize", Resize ?? "none"), ("seed", Seed), ("guidance scale", GuidanceScale), ("guidance power", GuidancePower),
            ("guidance interval", GuidanceInterval), ("temperature", Temperature), ("top-k", TopK), ("top-p", TopP), ("greedy", Greedy is { } greedy ? greedy ? "yes" : "no" : null), ("precision", Precision),
            ("classes", ClassBalance), ("features", Extractor),
            ("reference", Reference is null ? null : $"{Reference} ({(ReferenceCount is { } count ? $"{count} images" : "number of images not stated")}, hash {ReferenceHash})"),
            ("neighbourhoods", Neighbourhoods is { } most ? $"the first {most} images of each set at most" : null), ("LPIPS", PerceptualHash), ("tokenizer", TokenizerHash), ("generator", GeneratorHash),
        ];
        return [.. facts.Where(f => f.Value is not null).Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Name}: {f.Value}"))];
    }

    /// <summary>As JSON: camelCase, facts that there are not left out.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>From JSON.</summary>
    /// <exception cref="ArgumentException">It is no protocol.</exception>
    public static EvaluationProtocol FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<EvaluationProtocol>(json, Json) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"The text is no evaluation protocol ({e.Message.Split('\n')[0].TrimEnd('.')}); give what ToJson wrote.", nameof(json), e);
        }
    }
}
