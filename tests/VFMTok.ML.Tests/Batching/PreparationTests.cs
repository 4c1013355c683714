using VFMTok.ML.Batching;

namespace VFMTok.ML.Tests.Batching;

public sealed class PreparationTests
{
    [Theory]
    [InlineData(1, false), InlineData(1, true), InlineData(40, false), InlineData(40, true)]
    public void Each_row_is_prepared_once_before_it_is_needed(int count, bool ahead)
    {
        var rows = new Rows(count);
        var preparation = new Preparation(rows, count);
        if (ahead) preparation.Begin();
        preparation.Finish();
        preparation.ThrowIfFailed();
        Assert.All(rows.Prepared, times => Assert.Equal(1, times));
    }

    [Fact]
    public void Spare_threads_prepare_while_nobody_waits()
    {
        var rows = new Rows(10);
        new Preparation(rows, 10).Begin();
        Assert.True(SpinWait.SpinUntil(() => rows.Prepared.Sum() == 10, TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void The_first_row_that_failed_is_told_of_as_often_as_asked()
    {
        var preparation = new Preparation(new Rows(40, broken: i => i is 17 or 5 or 30), 40);
        preparation.Begin();
        preparation.Finish();
        for (var i = 0; i < 2; i++) Assert.Equal("row 5", Assert.Throws<InvalidDataException>(preparation.ThrowIfFailed).Message);
    }

    [Fact]
    public void After_a_stop_no_row_is_touched()
    {
        var rows = new Rows(1000, wait: true);
        var preparation = new Preparation(rows, 1000);
        preparation.Begin();
        preparation.Stop();
        var done = rows.Prepared.ToArray();
        Thread.Sleep(50);
        Assert.Equal(done, rows.Prepared);
        Assert.Contains(0, done);
    }

    private sealed class Rows(int count, Func<int, bool>? broken = null, bool wait = false) : RowBatch
    {
        public int[] Prepared { get; } = new int[count];

        public override bool Prepares => true;

        public override void Read(int slot) => throw new NotSupportedException();

        public override void Prepare(int slot)
        {
            Interlocked.Increment(ref Prepared[slot]);
            if (wait) Thread.Sleep(5);
            if (broken?.Invoke(slot) == true) throw new InvalidDataException($"row {slot}");
        }

        public override void Run(int count) => throw new NotSupportedException();

        public override Delegate MakeGetter(int output, Func<int> slot) => throw new NotSupportedException();
    }
}
