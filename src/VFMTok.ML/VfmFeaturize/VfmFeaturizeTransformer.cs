using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using VFMTok.Foundation;
using VFMTok.ML.Batching;
using VFMTok.ML.Interop;
using VFMTok.ML.Models;
using VFMTok.Runtime;

namespace VFMTok.ML;

/// <summary>Turns images into features. Made by <see cref="VfmFeaturizeEstimator"/>.</summary>
public sealed class VfmFeaturizeTransformer : BatchTransformer
{
    internal const string Signature = "VfmFeaturize";
    private const string Id = "VFMFEATS";

    private readonly string _output, _input;
    private readonly ModelReference<VfmFoundationModel> _foundation;

    internal VfmFeaturizeTransformer(string output, string input, VfmFoundationModel foundation, VfmBatchOptions options) : base(options) =>
        (_output, _input, _foundation) = (output, input, new(foundation));

    /// <summary>The foundation model. It lives as long as this transformer or another holder of it; do not dispose it here.</summary>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public VfmFoundationModel Foundation => _foundation.Model;

    /// <inheritdoc/>
    public override void Dispose() => _foundation.Dispose();

    private protected override BatchMapper Bind(DataViewSchema input) => new Mapper(this, input, ImageColumn.Find(input, _input));

    private protected override void Save(ModelSaveContext context)
    {
        var writer = MlNet.BeginSave(context, Id, Signature);
        writer.Write(_output);
        writer.Write(_input);
        WriteBatch(writer);
        MlNet.SaveShared(context, Foundation);
    }

    // Called by ML.NET when it loads a zip.
    private static VfmFeaturizeTransformer Create(IHostEnvironment env, ModelLoadContext context)
    {
        var reader = MlNet.BeginLoad(context, Id, Signature);
        var (output, input) = (reader.ReadColumn(), reader.ReadColumn());
        var options = ReadBatch(reader, context.Header.ModelVerWritten, new VfmBatchOptions());
        using var model = MlNet.LoadShared(context, (stream, name) => VfmFoundationModel.Load(stream, name, MlNet.Device(env)));
        return new VfmFeaturizeTransformer(output, input, model, options);
    }

    private sealed class Mapper(VfmFeaturizeTransformer owner, DataViewSchema input, DataViewSchema.Column column)
        : BatchMapper(input, [column], new DataViewSchema.DetachedColumn(owner._output, new VectorDataViewType(NumberDataViewType.Single, owner.Foundation.FeatureCount)))
    {
        public override bool SharesProcessors { get; } = owner.Foundation.Device == ComputeDevice.Cpu;

        public override RowBatch CreateBatch(DataViewRow row, int capacity) => new Rows(owner.Foundation, owner.Precision, row, column, capacity);
    }

    private sealed class Rows(VfmFoundationModel foundation, Precision precision, DataViewRow row, DataViewSchema.Column column, int capacity) : RowBatch
    {
        private readonly int _count = foundation.FeatureCount;
        private readonly ImageRows _images = new(row, column, foundation.ImageSize, capacity);
        private readonly float[] _features = new float[capacity * foundation.FeatureCount];

        public override void Read(int slot) => _images.Read(slot);

        public override bool Prepares => _images.AreFiles;

        public override void Prepare(int slot) => _images.Decode(slot);

        public override void Run(int count) => foundation.Featurize(_images.Pixels(count), count, _features.AsSpan(0, count * _count), precision);

        public override Delegate MakeGetter(int output, Func<int> slot) => new ValueGetter<VBuffer<float>>((ref VBuffer<float> value) =>
        {
            var current = slot();
            var editor = VBufferEditor.Create(ref value, _count);
            if (_images.Missing(current)) editor.Values.Fill(float.NaN);
            else _features.AsSpan(current * _count, _count).CopyTo(editor.Values);
            value = editor.Commit();
        });
    }
}
