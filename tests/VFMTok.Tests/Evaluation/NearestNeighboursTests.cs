using VFMTok.Evaluation;

namespace VFMTok.Tests.Evaluation;

public class NearestNeighboursTests
{
    private static readonly float[] Bank = [1, 0, 0.9f, 0.1f, 0, 1, 0.1f, 0.9f];
    private static readonly int[] Labels = [3, 3, 0, 0];

    [Fact]
    public void The_class_of_the_nearest_directions_wins_whatever_their_lengths()
    {
        Assert.Equal([3, 0], NearestNeighbours.Classify(Bank, Labels, [50, 1, 0.01f, 2], 2, neighbours: 2));
        Assert.Equal(0.5, NearestNeighbours.Accuracy(Bank, Labels, [50, 1, 0.01f, 2], [3, 3], neighbours: 2));
    }

    [Fact]
    public void A_near_neighbour_outvotes_two_distant_ones() =>
        Assert.Equal([3], NearestNeighbours.Classify([1, 0, 0, 1, -0.2f, 1], [3, 0, 0], [1, 0.02f], 1, neighbours: 3));

    [Fact]
    public void Bad_input_is_one_sentence()
    {
        string Fault(float[] bank, int[] labels, float[] queries, int count, int k) => Assert.ThrowsAny<ArgumentException>(() => NearestNeighbours.Classify(bank, labels, queries, count, k)).Message;
        Assert.Equal("The bank has 0 vectors and there are 1 queries; at least one of each is needed.", Fault([], [], [1], 1, 1));
        Assert.StartsWith("'bank' has 3 numbers, which are not 2 vectors, one for each label.", Fault([1, 2, 3], [0, 1], [1], 1, 1));
        Assert.StartsWith("'queries' has 3 elements where 2 are needed.", Fault(Bank, Labels, [1, 2, 3], 1, 1));
        Assert.Equal("'neighbours' is 5; allowed are 1 to the 4 vectors of the bank. (Parameter 'neighbours')", Fault(Bank, Labels, [1, 2], 1, 5));
        Assert.StartsWith("A label is -1; labels are 0 and up.", Fault(Bank, [0, 0, 0, -1], [1, 2], 1, 1));
    }
}
