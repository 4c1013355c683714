using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using VFMTok.ML.Batching;
using VFMTok.ML.Interop;
using VFMTok.ML.Models;
using VFMTok.Runtime;
using VFMTok.Tokenizer;

namespace VFMTok.ML;

/// <summary>Turns images into tokens. Made by <see cref="VfmTokenizeEstimator"/>.</summary>
public sealed class VfmTokenizeTransformer : BatchTransformer
{
    internal const string Signature = "VfmTokenize";
    private const string Id = "VFMTOKEN";

    private readonly string _output, _input;
    private readonly VfmTokenType _type;
    private readonly ModelReference<VfmTokenizerModel> _tokenizer;

    internal VfmTokenizeTransformer(string output, string input, VfmTokenizerModel tokenizer, VfmTokenizeOptions options) : base(options)
    {
        (_output, _input, _type, _tokenizer) = (output, input, options.TokenType, new(tokenizer));
        TokenizerRegistry.Add(tokenizer);
    }

    /// <summary>The tokenizer. It lives as long as this transformer or another holder of it; do not dispose it here.</summary>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public VfmTokenizerModel Tokenizer => _tokenizer.Model;

    /// <inheritdoc/>
    public override void Dispose() => _tokenizer.Dispose();

    private protected override BatchMapper Bind(DataViewSchema input) => new Mapper(this, input, ImageColumn.Find(input, _input));

    private protected override void Save(ModelSaveContext context)
    {
        var writer = MlNet.BeginSave(context, Id, Signature);
        writer.Write(_output);
        writer.Write(_input);
        writer.Write((byte)_type);
        WriteBatch(writer);
        MlNet.SaveShared(context, Tokenizer);
    }

    // Called by ML.NET when it loads a zip.
    private static VfmTokenizeTransformer Create(IHostEnvironment env, ModelLoadContext context)
    {
        var reader = MlNet.BeginLoad(context, Id, Signature);
        var (output, input, type) = (reader.ReadColumn(), reader.ReadColumn(), SettingsReader.Defined((VfmTokenType)reader.ReadByte()));
        var options = ReadBatch(reader, context.Header.ModelVerWritten, new VfmTokenizeOptions { TokenType = type });
        using var model = MlNet.LoadShared(context, (stream, name) => VfmTokenizerModel.Load(stream, name, MlNet.Device(env)));
        return new VfmTokenizeTransformer(output, input, model, options);
    }

    private sealed class Mapper(VfmTokenizeTransformer owner, DataViewSchema input, DataViewSchema.Column column) : BatchMapper(input, [column],
        TokensColumn.Make(owner._output, owner._type, owner.Tokenizer.Config.SlotGrid, owner.Tokenizer.Config.CodebookSize, owner.Tokenizer.Hash, owner._input))
    {
        public override bool SharesProcessors { get; } = owner.Tokenizer.Device == ComputeDevice.Cpu;

        public override RowBatch CreateBatch(DataViewRow row, int capacity) => new Rows(owner, row, column, capacity);
    }

    private sealed class Rows(VfmTokenizeTransformer owner, DataViewRow row, DataViewSchema.Column column, int capacity) : RowBatch
    {
        private readonly ImageRows _images = new(row, column, owner.Tokenizer.Config.ImageSize, capacity);
        private readonly TokenRows _tokens = new(owner.Tokenizer.Config.SlotCount, capacity);

        public override void Read(int slot)
        {
            _images.Read(slot);
            _tokens.Missing(slot) = _images.Missing(slot);
        }

        public override bool Prepares => _images.AreFiles;

        public override void Prepare(int slot) => _images.Decode(slot);

        public override void Run(int count) => owner.Tokenizer.Encode(_images.Pixels(count), count, _tokens.First(count), owner.Precision);

        public override Delegate MakeGetter(int output, Func<int> slot) => _tokens.MakeGetter(slot, owner._type);
    }
}
