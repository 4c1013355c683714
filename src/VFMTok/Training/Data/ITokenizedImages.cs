namespace VFMTok.Training;

/// <summary>What a generator learns from: tokenized images and their classes. An image may stand there several times over: mirrored, or cropped in other places.</summary>
public interface ITokenizedImages
{
    /// <summary>Images.</summary>
    int Count { get; }

    /// <summary>Token sequences of each image: crops and mirror images.</summary>
    int Variants { get; }

    /// <summary>Sequences of each variant: the nearest codes, and then the second nearest, and so on.</summary>
    int Ranks { get; }

    /// <summary>Side of the token grid.</summary>
    int TokenGrid { get; }

    /// <summary>Codes of the tokenizer.</summary>
    int CodebookSize { get; }

    /// <summary>Names of the classes, by index.</summary>
    IReadOnlyList<string> ClassNames { get; }

    /// <summary>Hash of the tokenizer that made the tokens.</summary>
    string TokenizerHash { get; }

    /// <summary>Tells one set from another: a run is resumed with the same set only.</summary>
    string Fingerprint { get; }

    /// <summary>Class index of an image.</summary>
    /// <param name="image">In [0, Count).</param>
    int Label(int image);

    /// <summary>Copies the tokens of an image.</summary>
    /// <param name="image">In [0, Count).</param>
    /// <param name="variant">In [0, Variants); 0 is the image as it is.</param>
    /// <param name="rank">In [0, Ranks).</param>
    /// <param name="tokens">TokenGrid * TokenGrid tokens to fill, each in [0, CodebookSize).</param>
    void Read(int image, int variant, int rank, Span<int> tokens);
}
