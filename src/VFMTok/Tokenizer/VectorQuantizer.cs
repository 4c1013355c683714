using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Checkpoints;
using VFMTok.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace VFMTok.Tokenizer;

/// <summary>What the quantizer made of its input.</summary>
/// <param name="StraightThrough">[B, S, E]: the chosen codes; the gradient passes to the (normalised) input.</param>
/// <param name="Input">[B * S, E]: the normalised input.</param>
/// <param name="Codes">[B * S, E]: the chosen rows of the normalised codebook.</param>
/// <param name="Indices">[B * S] int64.</param>
/// <param name="Distances">[B * S, K]: squared distances.</param>
internal sealed record Quantized(Tensor StraightThrough, Tensor Input, Tensor Codes, Tensor Indices, Tensor Distances);

/// <summary>Nearest code on the unit sphere, with a straight-through gradient (arXiv 1711.00937, l2-normalised as in 2110.04627; spec section 5).</summary>
internal sealed class VectorQuantizer : Module<Tensor, Quantized>
{
    /// <summary>Our member names to the official ones.</summary>
    internal static readonly NameMap Names = new() { { "_codebook", "embedding.weight" }, { "_used", "codebook_used" } };

    private const int UsageWindow = 65536; // fixed in the reference

    private readonly Parameter _codebook;
    private readonly Tensor _used; // the last codes written in training, for monitoring only
    private readonly bool _normalise;

    public VectorQuantizer(int size, int width, bool normalise = true) : base(nameof(VectorQuantizer))
    {
        _normalise = normalise;
        _codebook = Weights.Of(functional.normalize(SeededDraws.Symmetric(1, size, width), dim: -1));
        _used = zeros(UsageWindow).DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <summary>[K, E], rows of length one.</summary>
    internal Tensor Codebook => Normalise(_codebook);

    /// <summary>The raw parameter.</summary>
    internal Parameter Weight => _codebook;

    /// <summary>Chooses the nearest code of every vector; the first one on a tie.</summary>
    /// <param name="x">[B, S, E]</param>
    public override Quantized forward(Tensor x)
    {
        var z = Normalise(MixedPrecision.Exact(x).reshape(-1, x.shape[^1]));                                             // [B*S, E]
        var codebook = Codebook;                                                                        // [K, E]
        var distances = Distances(z, codebook);                                                         // [B*S, K]
        var indices = distances.argmin(1);                                                              // [B*S]
        var codes = codebook.index_select(0, indices);                                                  // [B*S, E]
        return new Quantized(z.Plus((codes - z).detach()).reshape(x.shape), z, codes, indices, distances);
    }

    /// <summary>The nearest code of every vector; the first one on a tie.</summary>
    /// <param name="x">[B, S, E]</param>
    /// <returns>[B, S] int64</returns>
    public Tensor Nearest(Tensor x) => Scores(x).argmin(1).reshape(x.shape[0], -1);

    /// <summary>The nearest codes of every vector, the nearest one first; of equally near ones that with the smaller index.</summary>
    /// <param name="x">[B, S, E]</param>
    /// <param name="ranks">How many; at most K.</param>
    /// <returns>[B, ranks, S] int64</returns>
    public Tensor Nearest(Tensor x, int ranks)
    {
        var distances = Scores(x);                                                                       // [B*S, K]
        var nearest = new Tensor[ranks];
        for (var rank = 0; rank < ranks; rank++) // topk would not say which of equal ones it takes
        {
            nearest[rank] = distances.argmin(1);                                                        // [B*S]
            var taken = nearest[rank].unsqueeze(1);                                                     // [B*S, 1]
            distances = distances.scatter(1, taken, ScalarArithmetic.FullLike(taken.to(distances.dtype), double.PositiveInfinity));
        }
        return stack(nearest, 1).reshape(x.shape[0], -1, ranks).transpose(1, 2);                         // [B, ranks, S]
    }

    /// <summary>Codes of given indices.</summary>
    /// <param name="indices">[...] int64 in [0, K)</param>
    /// <returns>[..., E]</returns>
    public Tensor Lookup(Tensor indices) => Codebook.index_select(0, indices.flatten()).reshape([.. indices.shape, -1]);

    /// <summary>Remembers the codes of a training step and returns the share of the codebook among the last 65536 remembered ones (spec 5).</summary>
    public double RecordUsage(Tensor indices)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var newest = indices.flatten().to(_used.dtype);
        if (newest.shape[0] > UsageWindow) newest = newest.narrow(0, newest.shape[0] - UsageWindow, UsageWindow);
        _used.copy_(cat([_used.narrow(0, newest.shape[0], UsageWindow - newest.shape[0]), newest]));
        return Counts(UsageWindow).Above(0).sum().item<long>() / (double)_codebook.shape[0];
    }

    /// <summary>How often each code occurs among the newest remembered ones.</summary>
    /// <param name="newest">How many to look at; at most 65536.</param>
    /// <returns>[K] int64</returns>
    internal Tensor Counts(long newest)
    {
        var count = Math.Min(newest, UsageWindow);
        return _used.narrow(0, UsageWindow - count, count).to(ScalarType.Int64).bincount(null, _codebook.shape[0]);
    }

    /// <summary>The remembered codes, oldest first: [65536].</summary>
    internal Tensor Used => _used;

    // Squared distances without the vector's own square, which is alike for all codes: one pass over the large tensor instead of four.
    private Tensor Scores(Tensor x)
    {
        using var noGradient = no_grad();
        var (z, codebook) = (Normalise(MixedPrecision.Exact(x).reshape(-1, x.shape[^1])), Codebook);     // [B*S, E], [K, E]
        return z.Times(-2).mm(codebook.t()).PlusInPlace(codebook.Squared().sum(1));                      // [B*S, K]
    }

    private static Tensor Distances(Tensor z, Tensor codebook) => // [B*S, K]
        z.Squared().sum(1, keepdim: true).Plus(codebook.Squared().sum(1)) - z.mm(codebook.t()).Times(2);

    private Tensor Normalise(Tensor x) => _normalise ? functional.normalize(x, dim: -1) : x;
}
