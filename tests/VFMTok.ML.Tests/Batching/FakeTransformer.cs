using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.ML.Batching;

namespace VFMTok.ML.Tests.Batching;

/// <summary>A network that doubles the column Id and counts its runs.</summary>
internal sealed class FakeTransformer(int batchSize, bool prefetch = false) : BatchTransformer(new VfmBatchOptions { BatchSize = batchSize, Prefetch = prefetch })
{
    public int Runs;
    public int Rows;

    public override void Dispose() { }

    private protected override BatchMapper Bind(DataViewSchema input) => new Mapper(this, input);

    private protected override void Save(ModelSaveContext context) => throw new NotSupportedException();

    private sealed class Mapper(FakeTransformer owner, DataViewSchema input)
        : BatchMapper(input, [input["Id"]], new DataViewSchema.DetachedColumn("Double", NumberDataViewType.Single))
    {
        public override RowBatch CreateBatch(DataViewRow row, int capacity) => new Batch(owner, row.GetGetter<float>(row.Schema["Id"]), capacity);
    }

    private sealed class Batch(FakeTransformer owner, ValueGetter<float> get, int capacity) : RowBatch
    {
        private readonly float[] _in = new float[capacity], _out = new float[capacity];

        public override void Read(int slot) => get(ref _in[slot]);

        public override void Run(int count)
        {
            owner.Runs++;
            owner.Rows += count;
            for (var i = 0; i < count; i++) _out[i] = 2 * _in[i];
        }

        public override Delegate MakeGetter(int output, Func<int> slot) => new ValueGetter<float>((ref float value) => value = _out[slot()]);
    }
}
