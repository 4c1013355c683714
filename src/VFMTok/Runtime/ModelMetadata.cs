using System.Text.Json;
using System.Text.Json.Serialization;

namespace VFMTok.Runtime;

/// <summary>What a model file says of itself in its metadata: format, kind, configuration, further facts and content hash.</summary>
/// <param name="Kind">Kind of network.</param>
/// <param name="Configuration">Its configuration, JSON.</param>
/// <param name="Facts">Other texts that belong to the model.</param>
internal sealed record ModelMetadata(string Kind, string Configuration, IReadOnlyDictionary<string, string> Facts)
{
    /// <summary>The format that this version writes and reads.</summary>
    public const string Format = "vfmtok-1";

    /// <summary>Keys in the metadata.</summary>
    public const string FormatKey = "format", KindKey = "kind", ConfigurationKey = "configuration", HashKey = "hash";

    private static readonly JsonSerializerOptions Json = new()
    {
        IgnoreReadOnlyProperties = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>What the content hash takes in before the tensors.</summary>
    public string HashPrefix => Kind + Configuration + JsonSerializer.Serialize(Facts);

    /// <summary>Describes a model.</summary>
    public static ModelMetadata Of(string kind, object configuration, IReadOnlyDictionary<string, string> facts) => new(kind, JsonSerializer.Serialize(configuration, configuration.GetType(), Json), facts);

    /// <summary>The configuration of a model file.</summary>
    /// <exception cref="JsonException">It is none of this type.</exception>
    public static T Parse<T>(string configuration) => JsonSerializer.Deserialize<T>(configuration, Json) ?? throw new JsonException("null");

    /// <summary>The texts of the file.</summary>
    public Dictionary<string, string> WithHash(string hash) => new(Facts) { [FormatKey] = Format, [KindKey] = Kind, [ConfigurationKey] = Configuration, [HashKey] = hash };
}
