using System.Text.Json.Nodes;
using VFMTok.Evaluation;
using VFMTok.Evaluation.Reporting;

namespace VFMTok.Tests.Evaluation.Reporting;

public sealed class EvaluationResultTests : IDisposable
{
    private readonly WorkFolder _work = new();

    public void Dispose() => _work.Dispose();

    internal static EvaluationResult One(string setting, double distance, double? guidance = null, params string[] cautions) => new(setting, new Dictionary<string, double> { ["FD-Tiny"] = distance, ["precision"] = 0.5 },
        new EvaluationProtocol { Task = EvaluationProtocol.Generation, ImageCount = 9, GuidanceScale = guidance }, cautions, "samples of <model>", "00ff" + setting.Length);

    [Fact]
    public void A_line_is_an_entry_of_the_file()
    {
        EvaluationResult[] results = [One("guidance 1", 3.5, 1, "Beware."), One("guidance 2", 4.5, 2)];
        EvaluationResult.Save(_work.Path("metrics.json"), results);
        var entries = JsonNode.Parse(File.ReadAllText(_work.Path("metrics.json")))!.AsArray();
        Assert.Equal(2, entries.Count);
        Assert.All(results.Zip(entries), pair => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(pair.First.ToJson()), pair.Second)));
        Assert.DoesNotContain('\n', results[0].ToJson());
        Assert.Equal((3.5, "Beware.", "00ff10", "samples of <model>"), ((double)entries[0]!["figures"]!["FD-Tiny"]!, (string)entries[0]!["cautions"]![0]!, (string)entries[0]!["imagesHash"]!, (string)entries[0]!["images"]!));
        Assert.Equal(results[1].Protocol, EvaluationProtocol.FromJson(entries[1]!["protocol"]!.ToJsonString()));
    }
}
