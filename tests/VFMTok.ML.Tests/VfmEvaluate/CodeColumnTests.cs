using Microsoft.ML;
using VFMTok.ML.Tests.Components;

namespace VFMTok.ML.Tests.VfmEvaluate;

public class CodeColumnTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Keys_are_codes_less_one_and_0_is_left_out()
    {
        var data = _ml.Data.LoadFromEnumerable(new[] { new PairRow { Tokens = [8, 0, 1, 3] }, new PairRow() });
        var column = CodeColumn.Find(data.Schema, "Tokens");
        Assert.Equal(8, column.CodebookSize);
        using var cursor = data.GetRowCursor([column.Column]);
        var read = column.Reader(cursor);
        Assert.True(cursor.MoveNext());
        Assert.Equal([7, 0, 2], read(1));
        Assert.True(cursor.MoveNext());
        Assert.Empty(read(2));
    }

    [Fact]
    public void What_is_wrong_is_one_sentence()
    {
        var data = _ml.Data.LoadFromEnumerable(new[] { Pictures.Pair(1, 2) });
        var unknown = Assert.Throws<ArgumentException>(() => CodeColumn.Find(data.Schema, "Integers"));
        Assert.Equal("Tokens column 'Integers' holds UInt32 of a tokenizer that is not loaded in this process, so nothing says how many codes there are; load it, or use VfmTokenType.Key.", unknown.Message);
        Assert.StartsWith("There is no input column 'Codes'; ", Assert.Throws<ArgumentException>(() => CodeColumn.Find(data.Schema, "Codes")).Message);
        var beyond = _ml.Data.LoadFromEnumerable(new[] { new PairRow { Image = TestModels.Picture(1, 64, 64), Reconstruction = TestModels.Picture(2, 64, 64), Tokens = [9, 1, 1, 1] } });
        var token = Assert.Throws<ArgumentException>(() => _ml.VfmEvaluateReconstruction(beyond, tokensColumnName: "Tokens"));
        Assert.Equal("Row 1: column 'Tokens' has the token 8; allowed are 0 to 7: use the output of VfmTokenize.", token.Message);
    }
}
