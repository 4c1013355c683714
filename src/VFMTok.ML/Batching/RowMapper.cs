using Microsoft.ML;
using Microsoft.ML.Data;

namespace VFMTok.ML.Batching;

/// <summary>The path of a PredictionEngine: batches of one row.</summary>
internal sealed class RowMapper(BatchMapper mapper) : IRowToRowMapper
{
    public DataViewSchema InputSchema => mapper.InputSchema;

    public DataViewSchema OutputSchema => mapper.OutputSchema;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) => mapper.Needed([.. dependingColumns]);

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) => input.Schema == mapper.InputSchema
        ? new MappedRow(mapper, input, [.. activeColumns])
        : throw new ArgumentException("The row has another schema than the one that the mapper was made for; make a mapper for this schema.", nameof(input));

    private sealed class MappedRow : DataViewRow
    {
        private readonly BatchMapper _mapper;
        private readonly DataViewRow _input;
        private readonly bool[] _active;
        private readonly RowBatch? _batch;
        private long _ranAt = -1;
        private bool _disposed;

        public MappedRow(BatchMapper mapper, DataViewRow input, DataViewSchema.Column[] active)
        {
            (_mapper, _input) = (mapper, input);
            _active = new bool[mapper.OutputSchema.Count];
            foreach (var column in active) _active[column.Index] = true;
            if (mapper.AnyOutput(active)) _batch = mapper.CreateBatch(input, 1);
        }

        public override DataViewSchema Schema => _mapper.OutputSchema;

        public override long Position => _input.Position;

        public override long Batch => _input.Batch;

        public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) =>
            column.Index < _input.Schema.Count ? _input.IsColumnActive(_input.Schema[column.Index]) : _active[column.Index];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => column.Index < _input.Schema.Count
            ? _input.GetGetter<TValue>(_input.Schema[column.Index])
            : (ValueGetter<TValue>)(_batch ?? throw new ArgumentException($"Column '{column.Name}' was not asked for when the row was made; name it among the active columns.", nameof(column)))
                .MakeGetter(column.Index - _input.Schema.Count, RunIfNeeded);

        protected override void Dispose(bool disposing)
        {
            if (disposing && !_disposed)
            {
                _disposed = true;
                _batch?.Dispose();
                _input.Dispose();
            }
            base.Dispose(disposing);
        }

        // Once per position, however many outputs are read.
        private int RunIfNeeded()
        {
            if (_ranAt == _input.Position) return 0;
            _batch!.Read(0);
            if (_batch.Prepares) _batch.Prepare(0);
            _batch.Run(1);
            _ranAt = _input.Position;
            return 0;
        }
    }
}
