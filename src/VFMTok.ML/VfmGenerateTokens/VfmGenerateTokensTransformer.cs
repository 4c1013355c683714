using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using VFMTok.Generation;
using VFMTok.ML.Batching;
using VFMTok.ML.Interop;
using VFMTok.ML.Models;

namespace VFMTok.ML;

/// <summary>Writes the tokens of a new image of a class. Made by <see cref="VfmGenerateTokensEstimator"/>.</summary>
public sealed class VfmGenerateTokensTransformer : BatchTransformer
{
    internal const string Signature = "VfmGenerateTokens";
    private const string Id = "VFMGENTK";

    private readonly string _output, _label;
    private readonly VfmGenerateOptions _options;
    private readonly ModelReference<VfmGeneratorModel> _generator;

    internal VfmGenerateTokensTransformer(string output, string label, VfmGeneratorModel generator, VfmGenerateOptions options) : base(options)
    {
        options.Sampling.Validate(generator.Config);
        (_output, _label, _options, _generator) = (output, label, DrawingSettings.Copy(options), new(generator));
    }

    /// <summary>The generator. It lives as long as this transformer or another holder of it; do not dispose it here.</summary>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public VfmGeneratorModel Generator => _generator.Model;

    /// <inheritdoc/>
    public override void Dispose() => _generator.Dispose();

    private protected override BatchMapper Bind(DataViewSchema input) => new Mapper(this, input, LabelColumn.Find(input, _label, Generator));

    private protected override void Save(ModelSaveContext context)
    {
        var writer = MlNet.BeginSave(context, Id, Signature);
        writer.Write(_output);
        writer.Write(_label);
        DrawingSettings.Write(writer, _options);
        WriteBatch(writer);
        MlNet.SaveShared(context, Generator);
    }

    // Called by ML.NET when it loads a zip.
    private static VfmGenerateTokensTransformer Create(IHostEnvironment env, ModelLoadContext context)
    {
        var reader = MlNet.BeginLoad(context, Id, Signature);
        var (output, label) = (reader.ReadColumn(), reader.ReadColumn());
        var options = ReadBatch(reader, context.Header.ModelVerWritten, DrawingSettings.Read(reader, context.Header.ModelVerWritten));
        using var model = MlNet.LoadShared(context, (stream, name) => VfmGeneratorModel.Load(stream, name, MlNet.Device(env)));
        return new VfmGenerateTokensTransformer(output, label, model, options);
    }

    private sealed class Mapper(VfmGenerateTokensTransformer owner, DataViewSchema input, DataViewSchema.Column column) : BatchMapper(input, [column],
        TokensColumn.Make(owner._output, VfmTokenType.Key, owner.Generator.Config.TokenGrid, owner.Generator.Config.CodebookSize, owner.Generator.TokenizerHash))
    {
        public override RowBatch CreateBatch(DataViewRow row, int capacity) =>
            new Rows(new GenerationRows(owner.Generator, owner._options, row, column, capacity));
    }

    private sealed class Rows(GenerationRows rows) : RowBatch
    {
        public override void Read(int slot) => rows.Read(slot);

        public override void Run(int count) => rows.Run(count);

        public override Delegate MakeGetter(int output, Func<int> slot) => rows.Tokens.MakeGetter(rows.Labelled(slot), VfmTokenType.Key);
    }
}
