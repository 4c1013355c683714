using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Generation;
using VFMTok.Tokenizer;

namespace VFMTok.ML.Tests.Components;

public sealed class LabelTests : IDisposable
{
    private const string Remedy = "set UnknownLabels to Unconditional to draw no class in particular.";

    private readonly MLContext _ml = new(seed: 1);
    private readonly string _folder = Directory.CreateTempSubdirectory("vfmtok").FullName;
    private readonly VfmTokenizerModel _tokenizer = TestModels.Tokenizer();
    private readonly VfmGeneratorModel _generator;

    public LabelTests() => _generator = TestModels.Generator(_tokenizer.Hash); // knows cat, dog, owl

    public void Dispose()
    {
        _generator.Dispose();
        _tokenizer.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Keys_are_matched_by_name_whatever_their_order_and_number()
    {
        var text = Rows("owl", "cat");
        var keys = Map(text); // owl = 1, cat = 2, no dog
        Assert.Equal(Draw(text), Draw(keys));
        var more = Map(Rows("cow", "owl", "hen", "cat", "pig", "dog")); // more keys than the generator has classes
        Assert.Equal(Draw(Rows("dog", "owl", "cat", "cat", "owl", "dog"))[5], Draw(more, VfmUnknownLabels.Unconditional)[5]);
    }

    [Theory]
    [InlineData("", "A row has no label in column 'Label'; give it one of the classes that the generator knows (cat, dog, owl), leave the row out, or " + Remedy)]
    [InlineData("cow", "A row has the class 'cow' in column 'Label', which the generator does not know; it knows cat, dog, owl: use one of them, or " + Remedy)]
    public void Missing_and_unknown_labels_are_errors_of_their_row(string label, string sentence)
    {
        foreach (var rows in new[] { Rows("dog", label, "owl"), Map(Rows("dog", label, "owl")) })
        {
            using var model = _ml.Transforms.VfmClassToImage("Image", "Label", _generator, _tokenizer).Fit(rows);
            var view = model.Transform(rows);
            using var cursor = view.GetRowCursor([view.Schema["Image"]]);
            var image = cursor.GetGetter<MLImage>(view.Schema["Image"]);
            MLImage value = null!;
            Assert.True(cursor.MoveNext());
            image(ref value);
            Assert.NotNull(value);
            Assert.True(cursor.MoveNext()); // nobody has asked for it yet
            Assert.Equal(sentence, Assert.Throws<InvalidOperationException>(() => image(ref value)).Message);
            Assert.True(cursor.MoveNext());
            image(ref value);
            Assert.NotNull(value);
        }
    }

    [Fact]
    public void On_request_they_draw_no_class_also_after_the_zip()
    {
        var rows = Rows("dog", "", "cow", "owl");
        using var model = _ml.Transforms.VfmGenerateTokens("Tokens", "Label", _generator, Options(VfmUnknownLabels.Unconditional)).Fit(rows);
        var drawn = Tokens(model, rows);
        var expected = new int[2 * 64];
        _generator.Generate([-1, -1], [VfmPictureSeeds.Of(1, 1), VfmPictureSeeds.Of(1, 2)], new SamplingOptions(), expected);
        Assert.Equal(expected, drawn[1].Concat(drawn[2]).Select(t => (int)t - 1));
        Assert.Equal(Draw(Rows("dog", "dog", "dog", "owl"))[3], drawn[3]);

        using var zip = new MemoryStream();
        _ml.Model.Save(model, rows.Schema, zip);
        zip.Position = 0;
        var loaded = _ml.Model.Load(zip, out _);
        Assert.Equal(drawn, Tokens(loaded, rows));
        ((IDisposable)loaded).Dispose();
    }

    [Theory]
    [InlineData(DataKind.Byte)]
    [InlineData(DataKind.UInt16)]
    [InlineData(DataKind.UInt32)]
    [InlineData(DataKind.UInt64)]
    public void Keys_of_every_type_go_by_number_if_they_have_no_names(DataKind kind)
    {
        var expected = Draw(Rows("owl", "cat", "dog"));
        Assert.Equal(expected, Draw(Load(3)));
        var error = Assert.Throws<ArgumentException>(() => Draw(Load(200)));
        Assert.Equal("Key column 'Label' has 200 values without names but the generator has 3 classes; use the keys that it was trained with, or a Text column of class names.", error.Message);

        IDataView Load(ulong count)
        {
            var file = Path.Combine(_folder, "labels.txt");
            File.WriteAllLines(file, ["2", "0", "1"]);
            return _ml.Data.LoadFromTextFile(file, new TextLoader.Options { Columns = [new("Label", kind, [new TextLoader.Range(0)], new KeyCount(count))] });
        }
    }

    [Theory]
    [InlineData(DataKind.Byte)]
    [InlineData(DataKind.UInt16)]
    [InlineData(DataKind.UInt64)]
    public void Keys_of_every_type_go_by_name_if_they_have_names(DataKind kind)
    {
        var text = Rows("owl", "cat");
        var keys = Map(text);
        var converted = _ml.Transforms.Conversion.ConvertType("Label", outputKind: kind).Fit(keys).Transform(keys);
        Assert.True(VFMTok.ML.Models.LabelColumn.HasNames(converted.Schema["Label"]));
        Assert.Equal(Draw(text), Draw(converted));
    }

    [Fact]
    public void Values_of_other_types_than_text_become_names()
    {
        var rows = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 4).Select(i => new NumberRow { Number = i % 2 == 0 ? 7 : 1.5f, Tokens = [.. Enumerable.Repeat(0u, 64)] }));
        var keys = _ml.Transforms.Conversion.MapValueToKey("Label", "Number").Fit(rows).Transform(rows);
        Assert.Equal(["7", "1.5"], VFMTok.ML.Models.LabelColumn.Names(keys.Schema["Label"]));
        using var generator = TestModels.Generator(_tokenizer.Hash, "1.5", "7", "x");
        using var byKey = _ml.Transforms.VfmGenerateTokens("Drawn", "Label", generator).Fit(keys);
        var texts = _ml.Data.LoadFromEnumerable(new[] { "7", "1.5", "7", "1.5" }.Select(l => new PictureRow { Label = l }));
        using var byText = _ml.Transforms.VfmGenerateTokens("Drawn", "Label", generator).Fit(texts);
        Assert.Equal(byText.Transform(texts).GetColumn<uint[]>("Drawn"), byKey.Transform(keys).GetColumn<uint[]>("Drawn"));
    }

    [Fact]
    public void Options_out_of_range_are_found_when_the_step_is_made_or_bound()
    {
        var odd = Assert.Throws<ArgumentException>(() => _ml.Transforms.VfmGenerateTokens("Tokens", "Label", _generator, Options((VfmUnknownLabels)7)));
        Assert.Equal("UnknownLabels is 7; allowed are Error and Unconditional.", odd.Message);
        var large = _ml.Transforms.VfmGenerateTokens("Tokens", "Label", _generator, new VfmGenerateOptions { Sampling = { TopK = 513 } });
        Assert.Equal("TopK is 513 but the codebook has 512 codes; allowed are 1 to 512, and 0 for all.", Assert.Throws<ArgumentException>(() => large.Fit(Rows("cat"))).Message);
        var training = _ml.Transforms.VfmTokenize("Tokens", "Path", _tokenizer)
            .Append(_ml.Transforms.VfmGenerateTokens("Drawn", "Class", "Tokens", new VfmGenerateOptions { Sampling = { TopK = 513 } }));
        var keys = _ml.Transforms.Conversion.MapValueToKey("Class", "Label").Fit(Rows("cat")).Transform(Rows("cat"));
        Assert.Equal("TopK is 513 but the codebook has 512 codes; allowed are 1 to 512, and 0 for all.", Assert.Throws<ArgumentException>(() => training.Fit(keys)).Message);
    }

    [Fact]
    public void A_generator_for_another_tokenizer_is_refused()
    {
        using var other = TestModels.Tokenizer(seed: 9);
        var hashes = Assert.Throws<ArgumentException>(() => _ml.Transforms.VfmClassToImage("Image", "Label", _generator, other).Fit(Rows("cat")));
        Assert.Equal($"The generator writes tokens of tokenizer {_tokenizer.Hash} but was given tokenizer {other.Hash}; use the one that it was trained with.", hashes.Message);
        using var small = TestModels.Generator(GeneratorConfig.Tiny with { CodebookSize = 256, TokenGrid = 4, ClassCount = 1 }, _tokenizer.Hash, "cat");
        var sizes = Assert.Throws<ArgumentException>(() => _ml.Transforms.VfmClassToImage("Image", "Label", small, _tokenizer).Fit(Rows("cat")));
        Assert.Equal($"The generator writes 4 x 4 tokens of 256 codes but the tokenizer reads 8 x 8 of 512; use the tokenizer that it was trained with ({_tokenizer.Hash}).", sizes.Message);
    }

    private uint[][] Draw(IDataView rows, VfmUnknownLabels unknown = VfmUnknownLabels.Error)
    {
        using var model = _ml.Transforms.VfmGenerateTokens("Tokens", "Label", _generator, Options(unknown)).Fit(rows);
        return Tokens(model, rows);
    }

    private static VfmGenerateOptions Options(VfmUnknownLabels unknown) => new() { UnknownLabels = unknown };

    private static uint[][] Tokens(ITransformer model, IDataView rows) => [.. model.Transform(rows).GetColumn<uint[]>("Tokens")];

    private IDataView Rows(params string[] labels) => _ml.Data.LoadFromEnumerable(labels.Select(l => new PictureRow { Label = l }).ToArray());

    private IDataView Map(IDataView rows) => _ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);

    private sealed class NumberRow
    {
        public float Number { get; set; }

        [VectorType(64)]
        public uint[] Tokens { get; set; } = new uint[64];
    }
}
