using System.Text.Json;
using System.Text.Json.Serialization;
using VFMTok.Tokenizer;

namespace VFMTok.Training;

/// <summary>Everything that the codes of a set of images depend on. Stands in every file of a cache.</summary>
/// <param name="Tokenizer">Hash of the tokenizer.</param>
/// <param name="ImageSet">Fingerprint of the images, their order and their classes.</param>
/// <param name="Classes">Fingerprint of the class names.</param>
/// <param name="Images">Images of the set, broken ones among them.</param>
/// <param name="Augmentation">Which crops.</param>
/// <param name="ImageSize">Side of the crops, pixels.</param>
/// <param name="TokenGrid">Side of the token grid.</param>
/// <param name="CodebookSize">Codes of the tokenizer.</param>
/// <param name="Ranks">Codes of each slot.</param>
/// <param name="ShardSize">Images of a shard, the last one's aside.</param>
internal sealed record CodeKey(string Tokenizer, string ImageSet, string Classes, int Images, CodeAugmentation Augmentation, int ImageSize, int TokenGrid, int CodebookSize, int Ranks, int ShardSize)
{
    public const int MostRanks = 1024, MostImages = 65536; // of a slot, of a shard
    private const int MostSide = 16384, MostCodes = 1 << 24, MostGrid = 4096, MostText = 200;

    /// <summary>Headers and manifests: nothing unknown, nothing missing, nothing twice.</summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        IgnoreReadOnlyProperties = true, MaxDepth = 8, AllowDuplicateProperties = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
    };

    /// <summary>Variants of each image.</summary>
    public int Variants => CodeVariants.Count(Augmentation);

    /// <summary>Tokens of a sequence.</summary>
    public int Length => TokenGrid * TokenGrid;

    /// <summary>Tokens of an image: all variants and ranks.</summary>
    public int Tokens => Variants * Ranks * Length;

    /// <summary>Bytes of a token.</summary>
    public int Width => CodebookSize <= 65536 ? 2 : 4;

    /// <summary>Shards of the set.</summary>
    public int Shards => (Images + ShardSize - 1) / ShardSize;

    public static CodeKey Of(VfmTokenizerModel tokenizer, LabelledImages images, CodeEncodingOptions options)
    {
        var config = tokenizer.Config;
        if (options.Ranks > config.CodebookSize) throw new ArgumentException($"Ranks is {options.Ranks}; allowed are 1 to {config.CodebookSize}, the codes of the tokenizer.", nameof(options));
        var key = new CodeKey(tokenizer.Hash, images.Fingerprint, FingerprintOf(images.ClassNames), images.Count, options.Augmentation, config.ImageSize, config.SlotGrid, config.CodebookSize, options.Ranks, options.ShardSize);
        return key.Fault() is null ? key : throw new ArgumentException($"The tokens of {key.ShardSize} images, each in {key.Variants} variants of {key.Ranks} ranks, are too many for a file; lower ShardSize.", nameof(options));
    }

    public static string FingerprintOf(IReadOnlyList<string> classNames)
    {
        using var print = new DataFingerprint();
        foreach (var name in classNames) print.Add(name);
        return print.Finish(classNames.Count).Replace(" images", " classes", StringComparison.Ordinal);
    }

    /// <summary>Number of the first image of a shard.</summary>
    public int First(int shard) => shard * ShardSize;

    /// <summary>Images of a shard, broken ones among them.</summary>
    public int Listed(int shard) => Math.Min(ShardSize, Images - First(shard));

    /// <summary>What is impossible about these numbers, wherever they come from; null = nothing.</summary>
    public string? Fault()
    {
        if (!Enum.IsDefined(Augmentation)) return "its augmentation is unknown";
        if (Tokenizer.Length is 0 or > MostText || ImageSet.Length is 0 or > MostText || Classes.Length is 0 or > MostText) return "its hashes are empty or too long";
        if (Images < 1 || ImageSize is < 1 or > MostSide || TokenGrid is < 1 or > MostGrid || CodebookSize is < 2 or > MostCodes || Ranks is < 1 or > MostRanks || Ranks > CodebookSize || ShardSize is < 1 or > MostImages)
            return "its numbers are out of range";
        if ((long)TokenGrid * TokenGrid * Variants * Ranks * Width * Math.Min(ShardSize, Images) > Array.MaxLength - (64 << 20)) return "it claims more tokens than a file may hold";
        return Images > int.MaxValue - ShardSize ? "it claims too many images" : null;
    }

    /// <summary>Refuses files that other images or another tokenizer made.</summary>
    /// <param name="there">Key of the file.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="ArgumentException">They differ; the message names both sides.</exception>
    public void Require(CodeKey there, string path)
    {
        if (there == this) return;
        if (there.Tokenizer != Tokenizer)
            throw new ArgumentException($"'{path}' holds codes of tokenizer {there.Tokenizer} but tokenizer {Tokenizer} is to be used; choose another folder or delete this one.");
        if (there.ImageSet != ImageSet)
            throw new ArgumentException($"'{path}' holds codes of other images ({there.ImageSet}) than the given ones ({ImageSet}); choose another folder or delete this one.");
        throw new ArgumentException($"'{path}' holds codes that were made otherwise: {RunIdentity.Difference(ToJson(there), ToJson(this))}; use the same options or another folder.");
    }

    private static string ToJson(CodeKey key) => JsonSerializer.Serialize(key, Json);
}
