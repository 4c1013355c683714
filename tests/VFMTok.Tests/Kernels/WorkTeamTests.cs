using System.Diagnostics;
using VFMTok.Kernels;

namespace VFMTok.Tests.Kernels;

public class WorkTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Every_part_is_done_once_and_after_all_earlier_phases(int threads)
    {
        int[] parts = [3, 1, 50, 2, 1, 9];
        var done = parts.Select(n => new int[n]).ToArray();
        var early = 0;
        for (var round = 0; round < 200; round++)
            WorkTeam.Run(threads, parts, (phase, part) =>
            {
                for (var before = 0; before < phase; before++)
                    if (done[before].Any(n => Volatile.Read(ref n) < round + 1)) Interlocked.Increment(ref early);
                Interlocked.Increment(ref done[phase][part]);
            });
        Assert.Equal(0, early);
        Assert.All(done.SelectMany(d => d), n => Assert.Equal(200, n));
    }

    [Fact]
    public void What_a_part_throws_reaches_the_caller()
    {
        var after = 0;
        var thrown = Assert.Throws<InvalidOperationException>(() => WorkTeam.Run(3, [4, 4], (phase, part) =>
        {
            if (phase == 0 && part == 2) throw new InvalidOperationException("part two");
            if (phase == 1) Interlocked.Increment(ref after);
        }));
        Assert.Equal(("part two", 0), (thrown.Message, after));
    }

    [Fact]
    public async Task A_pool_that_is_busy_does_not_hold_the_work_up()
    {
        using var end = new ManualResetEventSlim();
        var busy = Enumerable.Range(0, 40).Select(_ => Task.Run(end.Wait)).ToArray();
        var watch = Stopwatch.StartNew();
        var count = 0;
        WorkTeam.Run(4, [8, 8, 8], (_, _) => Interlocked.Increment(ref count));
        var seconds = watch.Elapsed.TotalSeconds;
        end.Set();
        await Task.WhenAll(busy);
        Assert.Equal(24, count);
        Assert.InRange(seconds, 0, 5);
    }
}
