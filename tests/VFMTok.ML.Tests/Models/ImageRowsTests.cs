using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Imaging;
using VFMTok.ML.Tests.Components;
using VFMTok.Tokenizer;

namespace VFMTok.ML.Tests.Models;

/// <summary>Files are decoded ahead of the network; a reader notices nothing of it but the time.</summary>
public sealed class ImageRowsTests : IDisposable
{
    private const int Count = 10, BatchSize = 4;

    private readonly MLContext _ml = new(seed: 1);
    private readonly PictureFolder _pictures = new(Count);
    private readonly VfmTokenizerModel _tokenizer = TestModels.Tokenizer();

    public void Dispose()
    {
        _tokenizer.Dispose();
        _pictures.Dispose();
    }

    [Fact]
    public void Prefetch_changes_no_token()
    {
        var plain = Tokens(prefetch: false).ToArray();
        Assert.Equal(Count, plain.Length);
        Assert.Equal(plain, Tokens(prefetch: true));
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public void A_broken_file_is_told_of_when_its_batch_is_asked_for(bool prefetch)
    {
        File.WriteAllText(_pictures.PathOf(9), "<html>");
        File.Delete(_pictures.PathOf(8));
        using var tokens = Tokens(prefetch).GetEnumerator();
        for (var i = 0; i < 8; i++) Assert.True(tokens.MoveNext());
        var error = Assert.Throws<InvalidImageException>(() => tokens.MoveNext());
        Assert.Equal($"There is no image file '{_pictures.PathOf(8)}'; check the path.", error.Message); // the first of two
    }

    [Fact]
    public void A_broken_file_after_the_last_row_that_is_read_does_no_harm()
    {
        File.WriteAllText(_pictures.PathOf(4), "<html>");
        Assert.Equal(4, Tokens(prefetch: true).Take(4).Count());
    }

    [Fact]
    public void Files_are_not_touched_unless_a_token_is_asked_for()
    {
        for (var i = 0; i < Count; i++) File.Delete(_pictures.PathOf(i));
        using var step = Step(prefetch: true);
        var view = step.Transform(_pictures.Rows(_ml));
        using var cursor = view.GetRowCursor(view.Schema);
        var get = cursor.GetGetter<VBuffer<uint>>(view.Schema["Tokens"]);
        var rows = 0;
        while (cursor.MoveNext()) rows++;
        Assert.Equal(Count, rows);
    }

    [Fact]
    public void A_reader_that_skips_rows_gets_the_tokens_of_the_others()
    {
        var all = Tokens(prefetch: false).ToArray();
        using var step = Step(prefetch: true);
        var view = step.Transform(_pictures.Rows(_ml));
        using var cursor = view.GetRowCursor(view.Schema);
        var get = cursor.GetGetter<VBuffer<uint>>(view.Schema["Tokens"]);
        VBuffer<uint> value = default;
        for (var i = 0; cursor.MoveNext(); i++)
        {
            if (i is not (0 or 9)) continue; // of the second batch, which was prepared, nothing is read
            get(ref value);
            Assert.Equal(all[i], value.DenseValues());
        }
    }

    private VfmTokenizeTransformer Step(bool prefetch) => new("Tokens", "Path", _tokenizer, new VfmTokenizeOptions { BatchSize = BatchSize, Prefetch = prefetch });

    private IEnumerable<uint[]> Tokens(bool prefetch)
    {
        using var step = Step(prefetch);
        foreach (var tokens in step.Transform(_pictures.Rows(_ml)).GetColumn<uint[]>("Tokens")) yield return tokens;
    }
}
