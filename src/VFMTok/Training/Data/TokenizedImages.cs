using System.Runtime.InteropServices;
using VFMTok.Runtime;

namespace VFMTok.Training;

/// <summary>Tokenized images in memory.</summary>
public sealed class TokenizedImages : ITokenizedImages
{
    private readonly int[] _tokens, _labels;
    private readonly int _length; // tokens of a sequence
    private readonly Lazy<string> _fingerprint;

    /// <param name="tokens">Image after image, of each variant after variant, of each rank after rank, of each TokenGrid * TokenGrid tokens in [0, CodebookSize).</param>
    /// <param name="labels">Class index of each image.</param>
    /// <param name="tokenGrid">Side of the token grid.</param>
    /// <param name="codebookSize">Codes of the tokenizer.</param>
    /// <param name="classNames">Names of the classes, by index.</param>
    /// <param name="tokenizerHash">Hash of the tokenizer that made the tokens.</param>
    /// <param name="variants">Variants of each image.</param>
    /// <param name="ranks">Sequences of each variant.</param>
    /// <exception cref="ArgumentException">There are no images, or the number of tokens is not images * variants * ranks * TokenGrid * TokenGrid.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token or a label is out of range.</exception>
    public TokenizedImages(int[] tokens, int[] labels, int tokenGrid, int codebookSize, IReadOnlyList<string> classNames, string tokenizerHash, int variants = 1, int ranks = 1)
    {
        (_tokens, _labels, TokenGrid, CodebookSize, ClassNames, TokenizerHash, Variants, Ranks) = (tokens, labels, tokenGrid, codebookSize, [.. classNames], tokenizerHash, variants, ranks);
        _length = tokenGrid * tokenGrid;
        if (variants < 1 || ranks < 1) throw new ArgumentException($"There are {variants} variants of {ranks} ranks; give at least one of each.", nameof(variants));
        Pixels.RequireLength(tokens.Length, (long)labels.Length * variants * ranks * _length, nameof(tokens));
        Shapes.RequireRange(tokens, codebookSize, "Token", nameof(tokens));
        Shapes.RequireRange(labels, ClassNames.Count, "Class", nameof(labels));
        _fingerprint = new(() =>
        {
            using var fingerprint = new DataFingerprint();
            return fingerprint.Add(string.Join('\n', ClassNames)).Add(MemoryMarshal.AsBytes(_tokens.AsSpan())).Add(MemoryMarshal.AsBytes(_labels.AsSpan())).Finish(Count);
        });
    }

    /// <inheritdoc/>
    public int Count => _labels.Length;

    /// <inheritdoc/>
    public int Variants { get; }

    /// <inheritdoc/>
    public int Ranks { get; }

    /// <inheritdoc/>
    public int TokenGrid { get; }

    /// <inheritdoc/>
    public int CodebookSize { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames { get; }

    /// <inheritdoc/>
    public string TokenizerHash { get; }

    /// <inheritdoc/>
    public string Fingerprint => _fingerprint.Value;

    /// <inheritdoc/>
    public int Label(int image) => _labels[image];

    /// <inheritdoc/>
    public void Read(int image, int variant, int rank, Span<int> tokens) => _tokens.AsSpan(((image * Variants + variant) * Ranks + rank) * _length, _length).CopyTo(tokens);
}
