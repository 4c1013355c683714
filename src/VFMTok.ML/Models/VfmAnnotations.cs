namespace VFMTok.ML;

/// <summary>Names of the annotations that the components put on their columns.</summary>
public static class VfmAnnotations
{
    /// <summary>On tokens columns: content hash of the tokenizer that made (or is to read) the tokens, a text of 32 hexadecimal digits.</summary>
    public const string TokenizerHash = "VfmTokenizerHash";

    /// <summary>On tokens columns that <c>VfmTokenize</c> made: name of the column of images that they were made from.</summary>
    public const string ImageColumn = "VfmImageColumn";
}
