using System.Text;

namespace VFMTok.ML.Interop;

/// <summary>Settings of a transformer as a model zip has them. The bytes may be anybody's: what is not bounded by its type is bounded here.</summary>
internal static class SettingsReader
{
    /// <summary>Most UTF-8 bytes of a column's name.</summary>
    public const int LongestText = 65_536;

    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>A text as <see cref="BinaryWriter.Write(string)"/> writes it.</summary>
    /// <param name="reader">Of the transformer's settings.</param>
    /// <param name="what">What it is, for the error.</param>
    /// <exception cref="InvalidDataException">It is too long, cut off or no text.</exception>
    public static string ReadText(this BinaryReader reader, string what)
    {
        try
        {
            var length = reader.Read7BitEncodedInt();
            if (length is < 0 or > LongestText) throw new InvalidDataException($"The settings claim {length} bytes for {what}; allowed are 0 to {LongestText}: save the model again.");
            var bytes = reader.ReadBytes(length);
            return bytes.Length == length ? Utf8.GetString(bytes) : throw new EndOfStreamException();
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"The settings hold no sound text for {what}; save the model again.", e);
        }
    }

    /// <summary>The name of a column.</summary>
    /// <exception cref="InvalidDataException">It is empty, too long, cut off or no text.</exception>
    public static string ReadColumn(this BinaryReader reader) =>
        reader.ReadText("a column's name") is { Length: > 0 } name ? name : throw new InvalidDataException("The settings hold an empty name of a column; save the model again.");

    /// <summary>A content hash.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static string ReadHash(this BinaryReader reader)
    {
        var hash = reader.ReadText("a network's hash");
        if (hash.Length == Checkpoints.ContentHash.Length && hash.All(char.IsAsciiHexDigitLower)) return hash;
        throw new InvalidDataException($"The settings hold '{Pickle.PickleRules.Short(hash)}' where the hash of a network, {Checkpoints.ContentHash.Length} hexadecimal digits, belongs; save the model again.");
    }

    /// <summary>One of an enumeration's values.</summary>
    /// <exception cref="InvalidDataException">It is none of them.</exception>
    public static TEnum Defined<TEnum>(TEnum value) where TEnum : struct, Enum => Enum.IsDefined(value) ? value
        : throw new InvalidDataException($"The settings hold {value:D} for {typeof(TEnum).Name}; allowed are {string.Join(", ", Enum.GetNames<TEnum>())}: save the model again.");
}
