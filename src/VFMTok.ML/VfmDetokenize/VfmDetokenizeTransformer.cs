using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using VFMTok.ML.Batching;
using VFMTok.ML.Interop;
using VFMTok.ML.Models;
using VFMTok.Tokenizer;

namespace VFMTok.ML;

/// <summary>Turns tokens back into images. Made by <see cref="VfmDetokenizeEstimator"/>.</summary>
public sealed class VfmDetokenizeTransformer : BatchTransformer
{
    internal const string Signature = "VfmDetokenize";
    private const string Id = "VFMDETOK";

    private readonly string _output, _input;
    private readonly ModelReference<VfmTokenizerModel> _tokenizer;

    internal VfmDetokenizeTransformer(string output, string input, VfmTokenizerModel tokenizer, VfmBatchOptions options) : base(options)
    {
        (_output, _input, _tokenizer) = (output, input, new(tokenizer));
        TokenizerRegistry.Add(tokenizer);
    }

    /// <summary>The tokenizer. It lives as long as this transformer or another holder of it; do not dispose it here.</summary>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public VfmTokenizerModel Tokenizer => _tokenizer.Model;

    /// <inheritdoc/>
    public override void Dispose() => _tokenizer.Dispose();

    private protected override BatchMapper Bind(DataViewSchema input)
    {
        var column = Columns.Find(input, _input, TokensColumn.Allowed, TokensColumn.Fits);
        TokensColumn.RequireTokenizer(column, Tokenizer.Hash);
        var item = ((VectorDataViewType)column.Type).ItemType;
        if (item is KeyDataViewType key && key.Count != (ulong)Tokenizer.Config.CodebookSize)
            throw new ArgumentException($"Tokens column '{_input}' has {key.Count} keys but the tokenizer has {Tokenizer.Config.CodebookSize} codes; use the tokenizer that made them.");
        return new Mapper(this, input, column);
    }

    private protected override void Save(ModelSaveContext context)
    {
        var writer = MlNet.BeginSave(context, Id, Signature);
        writer.Write(_output);
        writer.Write(_input);
        WriteBatch(writer);
        MlNet.SaveShared(context, Tokenizer);
    }

    // Called by ML.NET when it loads a zip.
    private static VfmDetokenizeTransformer Create(IHostEnvironment env, ModelLoadContext context)
    {
        var reader = MlNet.BeginLoad(context, Id, Signature);
        var (output, input) = (reader.ReadColumn(), reader.ReadColumn());
        var options = ReadBatch(reader, context.Header.ModelVerWritten, new VfmBatchOptions());
        using var model = MlNet.LoadShared(context, (stream, name) => VfmTokenizerModel.Load(stream, name, MlNet.Device(env)));
        return new VfmDetokenizeTransformer(output, input, model, options);
    }

    private sealed class Mapper(VfmDetokenizeTransformer owner, DataViewSchema input, DataViewSchema.Column column)
        : BatchMapper(input, [column], DecodedRows.Column(owner._output, owner.Tokenizer))
    {
        public override RowBatch CreateBatch(DataViewRow row, int capacity) => new Rows(owner, row, column, capacity);
    }

    private sealed class Rows(VfmDetokenizeTransformer owner, DataViewRow row, DataViewSchema.Column column, int capacity) : RowBatch
    {
        private readonly ValueGetter<VBuffer<uint>> _get = row.GetGetter<VBuffer<uint>>(column);
        private readonly bool _isKey = TokensColumn.IsKey(column);
        private readonly TokenRows _tokens = new(owner.Tokenizer.Config.SlotCount, capacity);
        private readonly DecodedRows _images = new(owner.Tokenizer, owner.Precision, capacity);
        private VBuffer<uint> _value;

        public override void Read(int slot)
        {
            _get(ref _value);
            _tokens.Set(slot, _value, _isKey, column.Name);
        }

        public override void Run(int count) => _images.Run(_tokens, count);

        public override Delegate MakeGetter(int output, Func<int> slot) => _images.MakeGetter(_tokens, slot);
    }
}
