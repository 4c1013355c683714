namespace VFMTok.ML;

/// <summary>Names of the annotations that the components put on their columns.</summary>
public static class VfmAnnotations
{
    /// <summary>On tokens columns: content hash of the tokenizer that made (or is to read) the tokens, a text of 32 hexadecimal digits.</summary>
    public const string TokenizerHash = "VfmTokenizerHash";
}
