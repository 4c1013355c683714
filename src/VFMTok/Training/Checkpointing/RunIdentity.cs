using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace VFMTok.Training;

/// <summary>Everything beside its state that a run's steps depend on: options, data, frozen networks. A checkpoint fits a run only if both are the same.</summary>
internal static class RunIdentity
{
    private static readonly JsonSerializerOptions Json = new() { IgnoreReadOnlyProperties = true, Converters = { new JsonStringEnumConverter() } };

    /// <summary>The identity as JSON.</summary>
    /// <param name="options">The run's options; those that change no step are marked to be ignored.</param>
    /// <param name="others">Hashes of data and frozen networks, by name; null = not there.</param>
    public static string Of(TrainingOptions options, params (string Name, string? Value)[] others)
    {
        var identity = JsonSerializer.SerializeToNode(options, options.GetType(), Json)!.AsObject();
        foreach (var (name, value) in others) identity[name] = value;
        return identity.ToJsonString();
    }

    /// <summary>The first thing that differs, in words; null if nothing does.</summary>
    /// <param name="there">Identity in the checkpoint.</param>
    /// <param name="here">Identity of this run.</param>
    public static string? Difference(string there, string here)
    {
        var (old, now) = (new SortedDictionary<string, string>(StringComparer.Ordinal), new SortedDictionary<string, string>(StringComparer.Ordinal));
        Flatten(JsonNode.Parse(there), "", old);
        Flatten(JsonNode.Parse(here), "", now);
        foreach (var name in old.Keys.Union(now.Keys).Order(StringComparer.Ordinal))
        {
            var (before, after) = (old.GetValueOrDefault(name, "absent"), now.GetValueOrDefault(name, "absent"));
            if (before != after) return $"{name} is {before} there and {after} here";
        }
        return null;
    }

    private static void Flatten(JsonNode? node, string path, IDictionary<string, string> values)
    {
        if (node is JsonObject parts)
            foreach (var (name, part) in parts) Flatten(part, path.Length == 0 ? name : $"{path}.{name}", values);
        else
            values[path] = node?.ToJsonString() ?? "null";
    }
}
