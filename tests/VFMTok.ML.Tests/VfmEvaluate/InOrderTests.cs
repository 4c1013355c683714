namespace VFMTok.ML.Tests.VfmEvaluate;

public class InOrderTests
{
    [Fact]
    public void Results_come_in_order_and_work_begins_a_group_ahead_at_most()
    {
        var begun = 0;
        using var results = InOrder.Run(Enumerable.Range(0, 40).Select(i => new Func<int>(() =>
        {
            Interlocked.Increment(ref begun);
            Thread.Sleep((40 - i) % 5);
            return i;
        }))).GetEnumerator();
        for (var i = 0; i < 40; i++)
        {
            Assert.True(results.MoveNext());
            Assert.Equal(i, results.Current);
            Assert.InRange(begun, i + 1, i + InOrder.Together);
        }
        Assert.False(results.MoveNext());
    }

    [Fact]
    public void The_first_failure_is_told_of_after_the_results_before_it()
    {
        using var results = InOrder.Run(Enumerable.Range(0, 9).Select(i => new Func<int>(() => i < 2 ? i : throw new InvalidDataException($"{i}")))).GetEnumerator();
        Assert.True(results.MoveNext() && results.MoveNext());
        Assert.Equal("2", Assert.Throws<InvalidDataException>(() => results.MoveNext()).Message);
    }
}
