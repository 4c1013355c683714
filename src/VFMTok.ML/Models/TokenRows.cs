using Microsoft.ML;
using Microsoft.ML.Data;

namespace VFMTok.ML.Models;

/// <summary>Tokens of a batch of rows, read from or written to a tokens column.</summary>
internal sealed class TokenRows(int slots, int capacity)
{
    private readonly bool[] _missing = new bool[capacity];

    public int[] Values { get; } = new int[capacity * slots];

    public Span<int> First(int count) => Values.AsSpan(0, count * slots);

    public ref bool Missing(int slot) => ref _missing[slot];

    /// <summary>Copies a value of a tokens column; a missing token makes the whole image missing.</summary>
    public void Set(int slot, in VBuffer<uint> value, bool isKey, string column)
    {
        if (value.Length != 0 && value.Length != slots)
            throw new InvalidOperationException($"A row of column '{column}' has {value.Length} tokens where {slots} are needed; use the tokenizer that made them.");
        var row = Values.AsSpan(slot * slots, slots);
        _missing[slot] = value.Length == 0;
        row.Clear();
        if (_missing[slot]) return;
        var i = 0;
        foreach (var token in value.DenseValues())
        {
            if (isKey && token == 0) _missing[slot] = true;
            else row[i] = token <= int.MaxValue ? (int)(isKey ? token - 1 : token)
                : throw new InvalidOperationException($"Column '{column}' has the token {token}, more than any codebook has; use the output of VfmTokenize.");
            i++;
        }
        if (_missing[slot]) row.Clear();
    }

    /// <summary>A getter of a tokens column.</summary>
    public ValueGetter<VBuffer<uint>> MakeGetter(Func<int> current, VfmTokenType type) => (ref VBuffer<uint> value) =>
    {
        var slot = current();
        if (_missing[slot] && type == VfmTokenType.UInt32)
            throw new InvalidOperationException("A row without image has no tokens and UInt32 has no missing value; filter such rows or use VfmTokenType.Key.");
        var shift = type == VfmTokenType.Key ? 1 : 0; // keys are stored 1-based, 0 = missing
        var editor = VBufferEditor.Create(ref value, slots);
        for (var i = 0; i < slots; i++) editor.Values[i] = _missing[slot] ? 0 : (uint)(Values[slot * slots + i] + shift);
        value = editor.Commit();
    };
}
