using TorchSharp;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Evaluation;

/// <summary>How well features tell classes apart without any training: weighted nearest neighbours by cosine similarity (arXiv 1805.01978; the protocol of DINO, arXiv 2104.14294).</summary>
/// <remarks>Each of the k most similar vectors of the bank votes for its class with the weight <c>exp(similarity / temperature)</c>; the class with the most votes wins.</remarks>
public static class NearestNeighbours
{
    /// <summary>Neighbours that vote, unless stated otherwise.</summary>
    public const int DefaultNeighbours = 20;

    /// <summary>Divides the similarities; DINO's value.</summary>
    public const double Temperature = 0.07;

    private const int Chunk = 512; // queries at a time: bounds the memory

    /// <summary>Share of the queries whose class is recognised.</summary>
    /// <param name="bank">Feature vectors of known class, one after the other.</param>
    /// <param name="bankLabels">Their classes, 0 and up.</param>
    /// <param name="queries">Feature vectors to classify.</param>
    /// <param name="queryLabels">Their true classes.</param>
    /// <param name="neighbours">Neighbours that vote, at least 1; no more than the bank has.</param>
    /// <exception cref="ArgumentException">Lengths do not fit together, a label is negative, or there is nothing to compare.</exception>
    public static double Accuracy(ReadOnlySpan<float> bank, ReadOnlySpan<int> bankLabels, ReadOnlySpan<float> queries, ReadOnlySpan<int> queryLabels, int neighbours = DefaultNeighbours)
    {
        var predicted = Classify(bank, bankLabels, queries, queryLabels.Length, neighbours);
        var right = 0;
        for (var i = 0; i < predicted.Length; i++) right += predicted[i] == queryLabels[i] ? 1 : 0;
        return right / (double)predicted.Length;
    }

    /// <summary>The class of each query.</summary>
    /// <param name="bank">Feature vectors of known class, one after the other.</param>
    /// <param name="labels">Their classes, 0 and up.</param>
    /// <param name="queries">Feature vectors to classify.</param>
    /// <param name="count">How many.</param>
    /// <param name="neighbours">Neighbours that vote.</param>
    /// <exception cref="ArgumentException">Lengths do not fit together, a label is negative, or there is nothing to compare.</exception>
    public static int[] Classify(ReadOnlySpan<float> bank, ReadOnlySpan<int> labels, ReadOnlySpan<float> queries, int count, int neighbours = DefaultNeighbours)
    {
        NativeBackend.EnsureLoaded();
        if (labels.Length < 1 || count < 1) throw new ArgumentException($"The bank has {labels.Length} vectors and there are {count} queries; at least one of each is needed.");
        if (bank.Length == 0 || bank.Length % labels.Length != 0) throw new ArgumentException($"'{nameof(bank)}' has {bank.Length} numbers, which are not {labels.Length} vectors, one for each label.", nameof(bank));
        var width = bank.Length / labels.Length;
        Pixels.RequireLength(queries.Length, (long)count * width, nameof(queries));
        if (neighbours < 1 || neighbours > labels.Length) throw new ArgumentException($"'{nameof(neighbours)}' is {neighbours}; allowed are 1 to the {labels.Length} vectors of the bank.", nameof(neighbours));
        var classes = 0;
        foreach (var label in labels) classes = label < 0 ? throw new ArgumentException($"A label is {label}; labels are 0 and up.", nameof(labels)) : Math.Max(classes, label + 1);

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var known = Directions(tensor(bank.ToArray(), labels.Length, width));                              // [M, F]
        var votesFor = Pixels.ToIndices(labels, [labels.Length], CPU);                                     // [M]
        var result = new int[count];
        for (var first = 0; first < count; first += Chunk)
        {
            using var step = NewDisposeScope();
            var size = Math.Min(Chunk, count - first);
            var asked = Directions(tensor(queries.Slice(first * width, size * width).ToArray(), size, width)); // [Q, F]
            var (similarity, places) = asked.mm(known.t()).topk(neighbours, dim: 1);                       // [Q, k], [Q, k]
            var voters = votesFor.index_select(0, places.flatten()).reshape(size, neighbours);             // [Q, k]
            var votes = zeros(size, classes).scatter_add(1, voters, similarity.Minus(1).Over(Temperature).exp()); // [Q, classes]; minus 1: no overflow
            Pixels.CopyTo(votes.argmax(1), result.AsSpan(first, size));
        }
        return result;
    }

    private static Tensor Directions(Tensor x) => x / x.Squared().sum(1, keepdim: true).Plus(1e-12).sqrt(); // [N, F], length 1
}
