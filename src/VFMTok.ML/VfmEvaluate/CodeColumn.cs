using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.ML.Models;

namespace VFMTok.ML;

/// <summary>A tokens column whose codes are counted.</summary>
internal sealed class CodeColumn
{
    private const int MostCodes = 1 << 24;

    private CodeColumn(DataViewSchema.Column column, int codebookSize) => (Column, CodebookSize) = (column, codebookSize);

    public DataViewSchema.Column Column { get; }

    /// <summary>Codes K that there are: as many as keys have values, else as the tokenizer of the column has.</summary>
    public int CodebookSize { get; }

    /// <summary>Finds it.</summary>
    /// <exception cref="ArgumentException">There is no such column, or it holds no tokens, or nothing says how many codes there are.</exception>
    public static CodeColumn Find(DataViewSchema schema, string name)
    {
        var column = Columns.Find(schema, name, TokensColumn.Allowed, TokensColumn.Fits);
        if (((VectorDataViewType)column.Type).ItemType is KeyDataViewType key)
            return key.Count <= MostCodes ? new CodeColumn(column, (int)key.Count)
                : throw new ArgumentException($"The keys of tokens column '{name}' have {key.Count} values, more than any codebook; use the output of VfmTokenize.");
        var tokenizer = TokensColumn.Hash(column) is { } hash ? TokenizerRegistry.TryFind(hash) : null;
        return tokenizer is not null ? new CodeColumn(column, tokenizer.Config.CodebookSize)
            : throw new ArgumentException($"Tokens column '{name}' holds UInt32 of a tokenizer that is not loaded in this process, so nothing says how many codes there are; load it, or use VfmTokenType.Key.");
    }

    /// <summary>Reads the codes of the current row; missing ones, the key 0, are left out.</summary>
    /// <returns>Takes the number of the row, for errors.</returns>
    public Func<long, int[]> Reader(DataViewRow row)
    {
        var get = row.GetGetter<VBuffer<uint>>(Column);
        var isKey = TokensColumn.IsKey(Column);
        VBuffer<uint> value = default;
        return number =>
        {
            get(ref value);
            return [.. value.DenseValues().Where(v => !isKey || v > 0).Select(v => Code(number, isKey ? v - 1 : v))];
        };
    }

    private int Code(long row, uint code) => code < CodebookSize ? (int)code
        : throw new ArgumentException($"Row {row}: column '{Column.Name}' has the token {code}; allowed are 0 to {CodebookSize - 1}: use the output of VfmTokenize.");
}
