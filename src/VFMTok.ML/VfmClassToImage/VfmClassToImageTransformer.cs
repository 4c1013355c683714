using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using VFMTok.Generation;
using VFMTok.ML.Batching;
using VFMTok.ML.Interop;
using VFMTok.ML.Models;
using VFMTok.Tokenizer;

namespace VFMTok.ML;

/// <summary>Draws a new image of a class. Made by <see cref="VfmClassToImageEstimator"/>.</summary>
public sealed class VfmClassToImageTransformer : BatchTransformer
{
    internal const string Signature = "VfmClassToImage";
    private const string Id = "VFMCL2IM";

    private readonly string _output, _label;
    private readonly VfmGenerateOptions _options;
    private readonly ModelReference<VfmGeneratorModel> _generator;
    private readonly ModelReference<VfmTokenizerModel> _tokenizer;

    internal VfmClassToImageTransformer(string output, string label, VfmGeneratorModel generator, VfmTokenizerModel tokenizer, VfmGenerateOptions options) : base(options)
    {
        ModelPair.Require(generator, tokenizer);
        options.Sampling.Validate(generator.Config);
        (_output, _label, _options) = (output, label, DrawingSettings.Copy(options));
        (_generator, _tokenizer) = (new(generator), new(tokenizer));
        TokenizerRegistry.Add(tokenizer);
    }

    /// <summary>The generator. It lives as long as this transformer or another holder of it; do not dispose it here.</summary>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public VfmGeneratorModel Generator => _generator.Model;

    /// <summary>The tokenizer that turns the tokens into pixels; the same rules hold.</summary>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public VfmTokenizerModel Tokenizer => _tokenizer.Model;

    /// <inheritdoc/>
    public override void Dispose()
    {
        _generator.Dispose();
        _tokenizer.Dispose();
    }

    private protected override BatchMapper Bind(DataViewSchema input) => new Mapper(this, input, LabelColumn.Find(input, _label, Generator));

    private protected override void Save(ModelSaveContext context)
    {
        var writer = MlNet.BeginSave(context, Id, Signature);
        writer.Write(_output);
        writer.Write(_label);
        DrawingSettings.Write(writer, _options);
        WriteBatch(writer);
        MlNet.SaveShared(context, Generator);
        MlNet.SaveShared(context, Tokenizer);
    }

    // Called by ML.NET when it loads a zip.
    private static VfmClassToImageTransformer Create(IHostEnvironment env, ModelLoadContext context)
    {
        var reader = MlNet.BeginLoad(context, Id, Signature);
        var (output, label) = (reader.ReadColumn(), reader.ReadColumn());
        var options = ReadBatch(reader, context.Header.ModelVerWritten, DrawingSettings.Read(reader, context.Header.ModelVerWritten));
        using var generator = MlNet.LoadShared(context, (stream, name) => VfmGeneratorModel.Load(stream, name, MlNet.Device(env)));
        using var tokenizer = MlNet.LoadShared(context, (stream, name) => VfmTokenizerModel.Load(stream, name, MlNet.Device(env)));
        return new VfmClassToImageTransformer(output, label, generator, tokenizer, options);
    }

    private sealed class Mapper(VfmClassToImageTransformer owner, DataViewSchema input, DataViewSchema.Column column)
        : BatchMapper(input, [column], DecodedRows.Column(owner._output, owner.Tokenizer))
    {
        public override RowBatch CreateBatch(DataViewRow row, int capacity) =>
            new Rows(new GenerationRows(owner.Generator, owner._options, row, column, capacity), new DecodedRows(owner.Tokenizer, owner.Precision, capacity));
    }

    private sealed class Rows(GenerationRows rows, DecodedRows images) : RowBatch
    {
        public override void Read(int slot) => rows.Read(slot);

        public override void Run(int count)
        {
            rows.Run(count);
            images.Run(rows.Tokens, count);
        }

        public override Delegate MakeGetter(int output, Func<int> slot) => images.MakeGetter(rows.Tokens, rows.Labelled(slot));
    }
}
