using System.Text.Json;
using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Tests.Shared;
using static TorchSharp.torch;

namespace VFMTok.Tests.Golden;

/// <summary>One folder of golden numbers: configuration, inputs, hash weights, expected outputs with their tolerances.</summary>
/// <remarks>Every expected output must be compared or named as out of scope: <see cref="RequireAllCompared"/> fails otherwise.</remarks>
internal sealed class GoldenCase : IDisposable
{
    private readonly JsonDocument _document;
    private readonly SafetensorsReader? _inputs;
    private readonly SafetensorsReader _outputs;
    private readonly HashSet<string> _compared = [];
    private readonly List<string> _faults = [];

    public GoldenCase(string folder)
    {
        Folder = folder;
        _document = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "case.json")));
        var inputs = Path.Combine(folder, "inputs.safetensors");
        _inputs = File.Exists(inputs) ? new SafetensorsReader(inputs) : null;
        _outputs = new SafetensorsReader(Path.Combine(folder, "outputs.safetensors"));
    }

    public string Folder { get; }
    public JsonElement Root => _document.RootElement;
    public JsonElement Config => Root.GetProperty("config");
    public long Seed => Root.GetProperty("seed").GetInt64();
    public IEnumerable<string> OutputNames => Root.GetProperty("tensors").EnumerateObject().Select(p => p.Name);

    public bool HasOutput(string name) => Root.GetProperty("tensors").TryGetProperty(name, out _);
    public Tensor Input(string name) => _inputs!.Read(name);
    public Tensor Expected(string name) => _outputs.Read(name);

    /// <summary>Fills a network with hash weights and proves names, shapes and values against weights.json.</summary>
    public void FillWeights(IReadOnlyList<(string Name, Tensor Tensor)> tensors, int module = 0)
    {
        var entry = Root.GetProperty("modules")[module];
        var prefix = entry.GetProperty("prefix").GetString()!;
        HashWeights.Fill(tensors, prefix, Seed, entry.GetProperty("gain").GetDouble());
        var actual = tensors.ToDictionary(t => prefix + t.Name, t => t.Tensor);
        if (entry.TryGetProperty("tensors", out var count)) Assert.Equal(count.GetInt32(), actual.Count);
        using var weights = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "weights.json")));
        var others = Root.GetProperty("modules").EnumerateArray().Select(m => m.GetProperty("prefix").GetString()!).Where(o => o.Length > prefix.Length).ToArray(); // of modules beside this one
        foreach (var weight in weights.RootElement.EnumerateArray())
        {
            var name = weight.GetProperty("name").GetString()!;
            if (!name.StartsWith(prefix, StringComparison.Ordinal) || others.Any(o => name.StartsWith(o, StringComparison.Ordinal))) continue;
            Assert.True(actual.TryGetValue(name, out var tensor), $"the network has no tensor '{name}'");
            Assert.Equal(weight.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64()), tensor!.shape);
            if (!weight.TryGetProperty("crc32", out var crc) || crc.ValueKind == JsonValueKind.Null) continue;
            using var plain = tensor.detach().cpu().contiguous();
            Assert.True(crc.GetInt64() == HashWeights.Crc(plain.bytes), $"the hash weights of '{name}' differ");
        }
    }

    /// <summary>Compares one output under the case's own tolerance. Faults are collected, so that one run shows all of them.</summary>
    public void Compare(string name, Tensor actual)
    {
        var rule = Root.GetProperty("tensors").GetProperty(name);
        _compared.Add(name);
        using var scope = NewDisposeScope();
        var expected = Expected(name);
        if (!expected.shape.SequenceEqual(actual.shape))
            _faults.Add($"{name}: shape ({string.Join(",", actual.shape)}), expected ({string.Join(",", expected.shape)})");
        else if (rule.TryGetProperty("exact", out _))
            CompareExact(name, actual, expected);
        else if (rule.TryGetProperty("uint8", out var bytes))
            CompareBytes(name, actual, expected, bytes);
        else
            CompareFloats(name, actual, expected, rule);
    }

    /// <summary>Fails with every collected fault, and with every output that was neither compared nor excused. Outputs that state no tolerance are for information.</summary>
    public void RequireAllCompared(Func<string, bool>? outOfScope = null)
    {
        bool HasTolerance(string name) => Root.GetProperty("tensors").GetProperty(name).EnumerateObject().Any(p => p.Name is "atol" or "rtol" or "exact" or "uint8");
        var forgotten = OutputNames.Where(n => HasTolerance(n) && !_compared.Contains(n) && outOfScope?.Invoke(n) != true).ToArray();
        if (forgotten.Length > 0) _faults.Add("not compared: " + string.Join(", ", forgotten));
        Assert.True(_faults.Count == 0, string.Join("\n", _faults));
    }

    private void CompareExact(string name, Tensor actual, Tensor expected)
    {
        var different = actual.to(ScalarType.Int64).ne(expected.to(ScalarType.Int64)).sum().item<long>();
        if (different > 0) _faults.Add($"{name}: {different} of {expected.numel()} integers differ");
    }

    private void CompareBytes(string name, Tensor actual, Tensor expected, JsonElement rule)
    {
        var difference = (actual.to(ScalarType.Int32) - expected.to(ScalarType.Int32)).abs();
        var fraction = difference.ne(0).sum().item<long>() / (double)expected.numel();
        var allowed = rule.TryGetProperty("max_fraction_differing", out var f) ? f.GetDouble() : 1;
        if (difference.max().item<int>() > rule.GetProperty("max_abs_diff").GetInt32() || fraction > allowed)
            _faults.Add($"{name}: bytes differ by up to {difference.max().item<int>()} in {fraction:P2}");
    }

    private void CompareFloats(string name, Tensor actual, Tensor expected, JsonElement rule)
    {
        var (a, e) = (actual.detach().to(ScalarType.Float64).flatten(), expected.to(ScalarType.Float64).flatten());
        var infinite = e.isinf();
        if (a.isnan().any().item<bool>() || !a.isinf().eq(infinite).all().item<bool>())
        {
            _faults.Add($"{name}: NaN, or infinities at other places");
            return;
        }
        double Limit(string key, double otherwise) => rule.TryGetProperty(key, out var v) ? v.GetDouble() : otherwise;
        var excess = ((a - e).abs() - e.abs() * Limit("rtol", 0)).clamp_min(0); // what the relative tolerance does not cover
        var error = where(infinite, zeros_like(e), excess).sort(descending: true).Values.data<double>().ToArray();
        var hard = Limit("atol", 0);
        var bulk = error.Skip((int)Limit("allow_outliers", 0)).DefaultIfEmpty(0).ToArray();
        if (error[0] > hard || bulk[0] > Limit("atol_bulk", hard) || bulk.Average() > Limit("atol_mean", hard))
            _faults.Add($"{name}: max {error[0]:g3} (atol {hard:g3}), bulk max {bulk[0]:g3} ({Limit("atol_bulk", hard):g3}), mean {bulk.Average():g3} ({Limit("atol_mean", hard):g3})");
    }

    public void Dispose()
    {
        _inputs?.Dispose();
        _outputs.Dispose();
        _document.Dispose();
    }
}
