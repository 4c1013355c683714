namespace VFMTok.Imaging;

/// <summary>How image files are decoded. Limits are checked on the header, before memory is allocated.</summary>
public sealed record ImageDecodingOptions
{
    /// <summary>As people see the picture: EXIF orientation applied, transparency over white.</summary>
    public static ImageDecodingOptions Default { get; } = new();

    /// <summary>As the paper's code reads it (PIL's <c>convert("RGB")</c>): no rotation, alpha dropped, 16-bit gray clipped at 255.</summary>
    public static ImageDecodingOptions Reference { get; } = new() { AsReference = true };

    /// <summary>Largest side, pixels.</summary>
    /// <value>Default 16384.</value>
    public int MaximumSide { get; init; } = 16384;

    /// <summary>Largest number of pixels.</summary>
    /// <value>Default 100 million; more than 500 million count as 500 million.</value>
    public long MaximumPixels { get; init; } = 100_000_000;

    /// <summary>Whether to read exactly as the paper's code does.</summary>
    /// <value>Default false.</value>
    public bool AsReference { get; init; }
}
