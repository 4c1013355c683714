using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Imaging;
using VFMTok.ML.Batching;
using VFMTok.ML.Models;
using VFMTok.ML.Tests.Components;

namespace VFMTok.ML.Tests.VfmEvaluate;

public class EvaluatedImagesTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Images_of_the_user_s_rows_live_on()
    {
        var rows = new[] { Pictures.Pair(1, 2), Pictures.Pair(3, 4) };
        var images = Read(_ml.Data.LoadFromEnumerable(rows), "Image");
        Assert.Equal([Pictures.Rgb(1).Pixels, Pictures.Rgb(3).Pixels], images.Select(i => i!.Pixels));
        Assert.Equal(64 * 64 * 4, rows[0].Image.Pixels.Length);
    }

    [Fact]
    public void Files_are_decoded_after_the_cursor_has_moved_on_and_missing_ones_are_told()
    {
        using var pictures = new PictureFolder(2);
        var rows = _ml.Data.LoadFromEnumerable(new[] { pictures.PathOf(0), "", pictures.PathOf(1) }.Select(p => new PictureRow { Path = p }));
        var images = Read(rows, "Path");
        Assert.Null(images[1]);
        Assert.Equal(ImageDecoder.Decode(pictures.PathOf(1)).Pixels, images[2]!.Pixels);
    }

    [Fact]
    public void A_step_may_reuse_or_free_what_it_handed_out()
    {
        using var pictures = new PictureFolder(3);
        var rows = pictures.Rows(_ml);
        var loaded = _ml.Transforms.LoadImages("Image", "", "Path").Append(_ml.Transforms.ResizeImages("Image", 32, 32)).Fit(rows).Transform(rows);
        var images = Read(loaded, "Image");
        Assert.Equal(3, images.Select(i => Convert.ToHexString(i!.Pixels)).Distinct().Count());
    }

    [Fact]
    public void Images_that_a_step_of_this_library_hands_out_are_freed()
    {
        var rows = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 5).Select(i => new PairRow { Number = i }).ToArray());
        using var step = new PictureStep();
        var images = Read(step.Transform(rows), "Picture");
        Assert.Equal(Pictures.Rgb(4).Pixels, images[4]!.Pixels);
        Assert.Equal(5, step.HandedOut.Count);
        Assert.All(step.HandedOut, image => Assert.ThrowsAny<InvalidOperationException>(() => image.Pixels.Length));
    }

    private static RgbImage?[] Read(IDataView data, string name)
    {
        var column = data.Schema[name];
        using var cursor = data.GetRowCursor([column]);
        var images = new EvaluatedImages(cursor, column);
        var read = new List<Func<RgbImage>?>();
        while (cursor.MoveNext()) read.Add(images.Read(i => i));
        return [.. read.Select(r => r?.Invoke())];
    }

    /// <summary>Makes pictures and remembers them.</summary>
    private sealed class PictureStep() : BatchTransformer(new VfmBatchOptions { BatchSize = 2 })
    {
        public List<MLImage> HandedOut { get; } = [];

        public override void Dispose() { }

        private protected override BatchMapper Bind(DataViewSchema input) => new Mapper(HandedOut, input);

        private protected override void Save(ModelSaveContext context) => throw new NotSupportedException();
    }

    private sealed class Mapper(List<MLImage> handedOut, DataViewSchema input) : BatchMapper(input, [input["Number"]], new DataViewSchema.DetachedColumn("Picture", ImageTypes.Square(64)))
    {
        public override RowBatch CreateBatch(DataViewRow row, int capacity) => new Batch(handedOut, row.GetGetter<float>(row.Schema["Number"]), capacity);
    }

    private sealed class Batch(List<MLImage> handedOut, ValueGetter<float> get, int capacity) : RowBatch
    {
        private readonly float[] _numbers = new float[capacity];

        public override void Read(int slot) => get(ref _numbers[slot]);

        public override void Run(int count) { }

        public override Delegate MakeGetter(int output, Func<int> slot) => new ValueGetter<MLImage>((ref MLImage value) => handedOut.Add(value = TestModels.Picture((int)_numbers[slot()], 64, 64)));
    }
}
