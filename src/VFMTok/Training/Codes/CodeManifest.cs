using System.Text.Json;
using VFMTok.Runtime;

namespace VFMTok.Training;

/// <summary>What a code cache holds as a whole: <c>codes.json</c>.</summary>
/// <param name="Format">Name of the format.</param>
/// <param name="Key">What its shards share.</param>
/// <param name="ClassNames">Names of the classes, by index.</param>
internal sealed record CodeManifest(string Format, CodeKey Key, IReadOnlyList<string> ClassNames)
{
    public const string FileName = "codes.json", CurrentFormat = "vfmtok-codes-1";
    private const int MostBytes = 256 << 20;

    public static string PathOf(string folder) => Path.Combine(folder, FileName);

    public static string ShardPath(string folder, int shard) => Path.Combine(folder, $"shard-{shard:d6}.codes");

    /// <summary>The files of a code cache, and with an ending those that are becoming one.</summary>
    public static IEnumerable<string> Files(string folder, string ending = "") =>
        new[] { FileName, "shard-*.codes", "codes.lock", "part-*.lock" }.SelectMany(pattern => Directory.GetFiles(folder, pattern + ending));

    public void Save(string folder) => AtomicFile.Write(PathOf(folder), stream => JsonSerializer.Serialize(stream, this, CodeKey.Json));

    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="InvalidDataException">It is no sound manifest.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static CodeManifest Load(string folder)
    {
        var path = PathOf(folder);
        if (!File.Exists(path)) throw new FileNotFoundException($"There is no code cache in '{folder}': it lacks {FileName}; give a folder that 'vfmtok encode' filled.", path);
        if (new FileInfo(path).Length > MostBytes) throw Bad(path, $"it is larger than {MostBytes >> 20} MiB");
        CodeManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize<CodeManifest>(File.ReadAllBytes(path), CodeKey.Json);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException or ArgumentException)
        {
            throw Bad(path, "it is not the JSON of a manifest", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"'{path}' cannot be read ({e.Message.TrimEnd('.')}); check the file and its permissions.", e);
        }
        if (manifest is null) throw Bad(path, "it is not the JSON of a manifest");
        if (manifest.Format != CurrentFormat) throw Bad(path, $"its format is not '{CurrentFormat}'");
        if (manifest.Key.Fault() is { } fault) throw Bad(path, fault);
        if (manifest.ClassNames.Any(n => n is null) || manifest.Key.Classes != CodeKey.FingerprintOf(manifest.ClassNames)) throw Bad(path, "its class names do not have the fingerprint that it states");
        return manifest;
    }

    private static InvalidDataException Bad(string path, string fault, Exception? cause = null) => new($"'{path}' is no sound manifest of a code cache: {fault}; encode again.", cause);
}
