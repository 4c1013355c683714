using System.Text.Json;
using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Checkpoints.PyTorch;
using VFMTok.Generation;
using static TorchSharp.torch;

namespace VFMTok.Tests.Golden;

/// <summary>Golden kind <c>checkpoints</c>: files as PyTorch and safetensors write them are read exactly; damaged and malicious ones are refused, and nothing of them is executed.</summary>
[Trait("Category", "Golden")]
public class CheckpointGoldenTests
{
    internal const string Kind = "checkpoints";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static TheoryData<string, string> Files()
    {
        var data = new TheoryData<string, string>();
        foreach (var row in GoldenTests.CasesOf(kind => kind == Kind))
        {
            var folder = (string)row[1];
            if (folder.Length == 0)
            {
                data.Add("", "");
                continue;
            }
            using var manifest = Manifest(folder);
            foreach (var file in manifest.RootElement.GetProperty("files").EnumerateArray()) data.Add(folder, file.GetProperty("file").GetString()!);
        }
        return data;
    }

    [SkippableTheory]
    [MemberData(nameof(Files))]
    public async Task A_file_is_read_exactly_or_refused(string folder, string file)
    {
        Skip.If(folder.Length == 0, $"there are no golden cases of the kind '{Kind}'");
        using var manifest = Manifest(folder);
        var entry = manifest.RootElement.GetProperty("files").EnumerateArray().Single(f => f.GetProperty("file").GetString() == file);
        var sentinel = entry.TryGetProperty("sentinel", out var path) ? path.GetString()! : null;
        Assert.False(sentinel is not null && File.Exists(sentinel), $"'{sentinel}' is there before the test");
        var expect = entry.GetProperty("expect").GetString();
        var outcome = await Task.Run(() => Outcome(folder, entry, manifest.RootElement, apply: expect == "reject_on_apply")).WaitAsync(Patience);
        Assert.False(sentinel is not null && File.Exists(sentinel), $"'{sentinel}' was made: the file was executed");
        switch (expect)
        {
            case "load": Assert.Null(outcome); break;
            case "reject" or "reject_on_apply": AssertSentence(outcome, file); break;
            case "load_or_reject":
                if (outcome is not null) AssertSentence(outcome, file);
                break;
            default: Assert.Fail($"unknown expectation '{expect}'"); break;
        }
    }

    private static void AssertSentence(InvalidCheckpointException? error, string file)
    {
        Assert.NotNull(error);
        Assert.Contains($"'{file}'", error.Message);
        Assert.EndsWith(".", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    // Null = it was read, and is what was expected.
    private static InvalidCheckpointException? Outcome(string folder, JsonElement entry, JsonElement manifest, bool apply)
    {
        try
        {
            using var scope = NewDisposeScope();
            using var file = CheckpointFile.Open(Path.Combine(GoldenTests.Root, folder, entry.GetProperty("file").GetString()!));
            if (apply) Apply(file, manifest.GetProperty("config").GetProperty("gpt"));
            else if (entry.TryGetProperty("content", out var content)) Compare(file, content.GetString()!, folder, manifest.GetProperty("expected_trees"));
            else ReadAll(file);
            return null;
        }
        catch (InvalidCheckpointException e)
        {
            return e;
        }
    }

    private static void Apply(CheckpointFile file, JsonElement gpt)
    {
        int Of(string name) => gpt.GetProperty(name).GetInt32();
        var config = new GeneratorConfig
        {
            Depth = Of("n_layer"), Heads = Of("n_head"), Width = Of("dim"), HiddenMultiple = Of("multiple_of"), CodebookSize = Of("vocab_size"), ClassCount = Of("num_classes"), TokenGrid = (int)Math.Sqrt(Of("block_size")),
        };
        using var network = new AutoregressiveTransformer(config);
        StateDict.Load(network, network.OfficialNames, file.Weights);
    }

    // A file without stated content only has to be readable to its last byte.
    private static void ReadAll(CheckpointFile file)
    {
        if (file.Torch is { } torch) foreach (var (_, tensor) in torch.Tensors()) torch.Read(tensor).Dispose();
        else foreach (var name in file.Weights.Names) file.Weights.Read(name).Dispose();
    }

    // "A", "A/model", "G/ema rounded to bf16": the tree, the part of it that the file is, and how its numbers were rounded.
    private static void Compare(CheckpointFile file, string content, string folder, JsonElement trees)
    {
        var words = content.Split(' ');
        var (tree, part) = words[0].Split('/') is [var t, var p] ? (t, p) : (words[0], "");
        using var expected = new SafetensorsReader(Path.Combine(GoldenTests.Root, folder, $"expected_{tree}.safetensors"));
        ScalarType? rounded = words.Length == 1 ? null : words[^1] switch { "bf16" => ScalarType.BFloat16, "fp16" => ScalarType.Float16, var other => throw new InvalidDataException($"unknown rounding '{other}'") };
        var names = expected.Names.Where(n => part.Length == 0 || n.StartsWith(part + "/", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(names);
        var prefix = part.Length == 0 ? 0 : part.Length + 1;
        if (part.Length == 0) CompareTree(file.Torch!.Root, trees.GetProperty(tree), "");
        var found = file.Torch is { } torch
            ? torch.Tensors().ToDictionary(f => part.Length > 0 && f.Path.Contains('/') ? f.Path[(f.Path.IndexOf('/') + 1)..] : f.Path, f => torch.Read(f.Tensor))
            : file.Weights.Names.ToDictionary(n => n, n => file.Weights.Read(n));
        Assert.Equal(names.Select(n => n[prefix..]).Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
        foreach (var name in names)
        {
            var wanted = expected.Read(name);
            if (rounded is { } type) wanted = wanted.to(type);
            var actual = found[name[prefix..]];
            Assert.Equal((wanted.dtype, string.Join(',', wanted.shape)), (actual.dtype, string.Join(',', actual.shape)));
            Assert.True(wanted.bytes.SequenceEqual(actual.bytes), $"the numbers of '{name}' differ");
        }
        if (file.Torch is not null && tree == "G") Assert.Equal(names.Where(n => part.Length > 0 || n.StartsWith("ema/", StringComparison.Ordinal)).Select(n => n[(n.IndexOf('/') + 1)..]).Order(StringComparer.Ordinal), file.Weights.Names.Order(StringComparer.Ordinal)); // ema before model
    }

    // Order of keys is compared as a set: one of the files is shuffled.
    private static void CompareTree(object? actual, JsonElement expected, string at)
    {
        if (expected.ValueKind == JsonValueKind.Object && expected.TryGetProperty("__tensor__", out _))
            Assert.IsType<TorchTensor>(actual);
        else if (expected.ValueKind == JsonValueKind.Object && expected.TryGetProperty("__dict__", out var pairs))
        {
            var fields = Assert.IsType<OrderedDictionary<object, object?>>(actual);
            Assert.Equal(pairs.GetArrayLength(), fields.Count);
            foreach (var pair in pairs.EnumerateArray()) CompareTree(fields[pair[0].ValueKind == JsonValueKind.Number ? pair[0].GetInt64() : pair[0].GetString()!], pair[1], $"{at}/{pair[0]}");
        }
        else if (expected.ValueKind == JsonValueKind.Object && expected.TryGetProperty("__namespace__", out var members))
        {
            var fields = Assert.IsType<TorchNamespace>(actual).Fields;
            Assert.Equal(members.EnumerateObject().Count(), fields.Count);
            foreach (var member in members.EnumerateObject()) CompareTree(fields[member.Name], member.Value, $"{at}/{member.Name}");
        }
        else if (expected.ValueKind == JsonValueKind.Object)
        {
            var isTuple = expected.TryGetProperty("__tuple__", out var items);
            if (!isTuple) items = expected.GetProperty("__list__");
            var values = isTuple ? Assert.IsType<object?[]>(actual) : (IReadOnlyList<object?>)Assert.IsType<List<object?>>(actual);
            Assert.Equal(items.GetArrayLength(), values.Count);
            for (var i = 0; i < values.Count; i++) CompareTree(values[i], items[i], $"{at}/{i}");
        }
        else
            Assert.True(expected.ValueKind switch
            {
                JsonValueKind.Null => actual is null,
                JsonValueKind.True or JsonValueKind.False => actual is bool flag && flag == expected.GetBoolean(),
                JsonValueKind.String => actual is string text && text == expected.GetString(),
                _ => actual is long whole ? expected.GetRawText() == $"{whole}" : actual is double number && number == expected.GetDouble(),
            }, $"'{at}' is {actual ?? "None"} where {expected.GetRawText()} was expected");
    }

    private static JsonDocument Manifest(string folder) => JsonDocument.Parse(File.ReadAllText(Path.Combine(GoldenTests.Root, folder, "case.json")));
}
