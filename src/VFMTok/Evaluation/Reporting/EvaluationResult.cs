using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using VFMTok.Runtime;

namespace VFMTok.Evaluation.Reporting;

/// <summary>The figures of one setting, and all that they depend on: an entry of <c>metrics.json</c>.</summary>
/// <param name="Setting">What tells it from the others of its report, such as "guidance 1.5".</param>
/// <param name="Figures">By <see cref="FigureNames"/>.</param>
/// <param name="Protocol">Of these figures.</param>
/// <param name="Cautions">What a reader must know.</param>
/// <param name="Images">Where the judged images come from.</param>
/// <param name="ImagesHash"><see cref="ImageSetStatistics.ContentHash"/> of the judged images; null = they were not hashed.</param>
internal sealed record EvaluationResult(string Setting, IReadOnlyDictionary<string, double> Figures, EvaluationProtocol Protocol, IReadOnlyList<string> Cautions, string Images, string? ImagesHash)
{
    private static readonly JsonSerializerOptions Line = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Indented = new(Line) { WriteIndented = true };

    /// <summary>On one line.</summary>
    public string ToJson() => ToNode().ToJsonString(Line);

    /// <summary>Writes results as one JSON array.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(string path, IEnumerable<EvaluationResult> results)
    {
        var entries = new JsonArray([.. results.Select(r => (JsonNode)r.ToNode())]);
        AtomicFile.Write(path, stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
            writer.WriteLine(entries.ToJsonString(Indented));
        });
    }

    private JsonObject ToNode()
    {
        var entry = new JsonObject
        {
            ["setting"] = Setting,
            ["figures"] = new JsonObject(Figures.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)JsonValue.Create(f.Value)))),
            ["images"] = Images,
        };
        if (ImagesHash is not null) entry["imagesHash"] = ImagesHash;
        entry["protocol"] = JsonNode.Parse(Protocol.ToJson());
        entry["cautions"] = new JsonArray([.. Cautions.Select(c => (JsonNode)JsonValue.Create(c))]);
        return entry;
    }
}
