using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.ML.Batching;
using VFMTok.Runtime;
using VFMTok.Tokenizer;

namespace VFMTok.ML.Models;

/// <summary>Images decoded from the tokens of a batch of rows.</summary>
internal sealed class DecodedRows(VfmTokenizerModel tokenizer, Precision precision, int capacity)
{
    private readonly int _bytes = tokenizer.Config.ImageSize * tokenizer.Config.ImageSize * 3;
    private readonly byte[] _rgb = new byte[capacity * tokenizer.Config.ImageSize * tokenizer.Config.ImageSize * 3];

    public static DataViewSchema.DetachedColumn Column(string name, VfmTokenizerModel tokenizer) =>
        new(name, ImageTypes.Square(tokenizer.Config.ImageSize));

    public void Run(TokenRows tokens, int count) => tokenizer.Decode(tokens.First(count), count, _rgb.AsSpan(0, count * _bytes), precision);

    public ValueGetter<MLImage> MakeGetter(TokenRows tokens, Func<int> current) => (ref MLImage value) =>
    {
        var slot = current();
        value = tokens.Missing(slot) ? null! : OwnedImage.FromRgb(tokenizer.Config.ImageSize, tokenizer.Config.ImageSize, _rgb.AsSpan(slot * _bytes, _bytes));
    };
}
