using VFMTok.Tokenizer;
using static TorchSharp.torch;

namespace VFMTok.Tests.Tokenizer;

public class SphericalKMeansTests
{
    [Fact]
    public void Centres_find_the_directions_that_vectors_cluster_around()
    {
        using var scope = NewDisposeScope();
        var directions = nn.functional.normalize(tensor(new float[,] { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, -1 } }), dim: 1);
        var spread = linspace(-0.1, 0.1, 3 * 20 * 3).reshape(3, 20, 3);
        var vectors = nn.functional.normalize(directions.unsqueeze(1) + spread, dim: 2).reshape(-1, 3);
        var best = Enumerable.Range(1, 5).Select(seed => SphericalKMeans.Centres(vectors, 3, 10, seed)).Max(c => directions.mm(c.t()).amax([1]).min().item<float>());
        Assert.True(best > 0.99, $"{best}");
    }

    [Fact]
    public void More_centres_than_vectors_are_all_different_and_depend_on_the_seed_alone()
    {
        using var scope = NewDisposeScope();
        var vectors = nn.functional.normalize(arange(12, dtype: ScalarType.Float32).reshape(4, 3) - 5, dim: 1);
        var centres = SphericalKMeans.Centres(vectors, 10, 3, seed: 1);
        Assert.Equal([10, 3], centres.shape);
        Assert.True((centres.mm(centres.t()) - eye(10)).triu(1).max().item<float>() < 0.99999f);
        Assert.True(centres.Equals(SphericalKMeans.Centres(vectors, 10, 3, seed: 1)));
        Assert.False(centres.Equals(SphericalKMeans.Centres(vectors, 10, 3, seed: 2)));
    }
}
