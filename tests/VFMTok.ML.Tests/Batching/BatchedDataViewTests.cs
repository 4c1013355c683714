using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.ML.Batching;

namespace VFMTok.ML.Tests.Batching;

public sealed class BatchedDataViewTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Theory]
    [InlineData(0, false), InlineData(1, false), InlineData(7, false), InlineData(8, true), InlineData(9, true), InlineData(16, true), InlineData(17, false), InlineData(17, true)]
    public void Runs_once_per_batch(int rows, bool prefetch)
    {
        using var fake = new FakeTransformer(8, prefetch);
        var values = fake.Transform(Source(rows)).GetColumn<float>("Double").ToArray();
        Assert.Equal(Enumerable.Range(0, rows).Select(i => 2f * i), values);
        Assert.Equal((rows + 7) / 8, fake.Runs);
        Assert.Equal(rows, fake.Rows);
    }

    [Fact]
    public void An_output_nobody_reads_costs_nothing()
    {
        using var fake = new FakeTransformer(8);
        var source = Source(20);
        Assert.Equal(20, fake.Transform(source).GetColumn<string>("Name").Count());
        Assert.Equal(0, fake.Runs);
        Assert.Equal(["Name"], source.Activations);
    }

    [Fact]
    public void Only_the_network_s_inputs_are_activated_and_cursors_are_disposed()
    {
        using var fake = new FakeTransformer(8, prefetch: true);
        var source = Source(40);
        Assert.Equal(0f, fake.Transform(source).GetColumn<float>("Double").First()); // leaves with a prefetch under way
        Assert.Equal(["Id"], source.Activations);
        Assert.Equal(0, source.OpenCursors);
    }

    [Fact]
    public void A_getter_called_twice_runs_once_and_cursors_do_not_disturb_each_other()
    {
        using var fake = new FakeTransformer(8);
        var view = fake.Transform(Source(20));
        using var a = view.GetRowCursor(view.Schema);
        using var b = view.GetRowCursor(view.Schema);
        var (getA, getB) = (a.GetGetter<float>(view.Schema["Double"]), b.GetGetter<float>(view.Schema["Double"]));
        float value = 0;
        for (var i = 0; i < 20; i++)
        {
            Assert.True(a.MoveNext());
            getA(ref value);
            getA(ref value);
            Assert.Equal(2f * i, value);
            if (i % 2 != 0) continue;
            Assert.True(b.MoveNext());
            getB(ref value);
            Assert.Equal(2f * (i / 2), value);
        }
        Assert.Equal(3 + 2, fake.Runs);
    }

    [Fact]
    public void Shuffling_keeps_rows_together()
    {
        using var fake = new FakeTransformer(8);
        var rows = _ml.Data.CreateEnumerable<Result>(_ml.Data.ShuffleRows(fake.Transform(Source(20)), seed: 3), reuseRowObject: false).ToArray();
        Assert.NotEqual(rows.Select(r => r.Id), rows.Select(r => r.Id).Order());
        Assert.All(rows, r => Assert.Equal(2 * r.Id, r.Double));
        Assert.Equal(20, rows.Select(r => r.Id).Distinct().Count());
    }

    [Fact]
    public void Reading_before_the_first_row_is_an_error()
    {
        using var fake = new FakeTransformer(8);
        var view = fake.Transform(Source(3));
        using var cursor = view.GetRowCursor(view.Schema);
        float value = 0;
        var get = cursor.GetGetter<float>(view.Schema["Double"]);
        var error = Assert.Throws<InvalidOperationException>(() => get(ref value));
        Assert.Equal("The cursor stands on no row; call MoveNext first and read only while it returns true.", error.Message);
    }

    [Fact]
    public void A_prediction_engine_runs_one_row_at_a_time()
    {
        using var fake = new FakeTransformer(8);
        using var engine = _ml.Model.CreatePredictionEngine<Item, Result>(fake, new PredictionEngineOptions { OwnsTransformer = false });
        for (var i = 0; i < 5; i++) Assert.Equal(2f * i, engine.Predict(new Item { Id = i }).Double);
        Assert.Equal(5, fake.Runs);
    }

    [Fact]
    public void Images_that_pass_through_are_copies_of_the_reader()
    {
        using var image = OwnedImage.FromRgb(1, 1, [10, 20, 30]);
        using var copy = OwnedImage.Clone(image);
        image.Dispose();
        Assert.Equal([10, 20, 30, 255], copy.Pixels.ToArray());
    }

    [Theory]
    [InlineData(0), InlineData(65537)]
    public void Batch_sizes_have_a_range(int size)
    {
        var error = Assert.Throws<ArgumentException>(() => new FakeTransformer(size));
        Assert.Equal($"BatchSize is {size}; allowed are 1 to 65536.", error.Message);
    }

    private CountingView Source(int rows) => new(_ml.Data.LoadFromEnumerable(Enumerable.Range(0, rows).Select(i => new Item { Id = i, Name = $"n{i}" })));

    public sealed class Item
    {
        public float Id { get; set; }

        public string Name { get; set; } = "";
    }

    public sealed class Result
    {
        public float Id { get; set; }

        public float Double { get; set; }
    }
}
