using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using VFMTok.Generation;
using VFMTok.ML.Interop;
using VFMTok.ML.Models;
using VFMTok.Training;

namespace VFMTok.ML;

/// <summary>Trains a generator on a label and a tokens column.</summary>
internal static class GeneratorFit
{
    /// <summary>Trains; the caller owns the model.</summary>
    public static VfmGeneratorModel Train(IHostEnvironment env, IDataView data, string label, string tokens, VfmGenerateOptions options)
    {
        using var channel = env.Start("VfmGenerate");
        void Info(string line) => channel.Info(MessageSensitivity.None, "{0}", line);
        void Warn(string line) => channel.Warning(MessageSensitivity.None, "{0}", line);
        using var codes = GeneratorCodes.Of(data, label, tokens, options, Info, Warn);
        options.Sampling.RequireCodebook(codes.Images.CodebookSize); // before hours of training
        return GeneratorTrainer.Train(options.Training, codes.Images, options.Progress, Info, MlNet.Device(env), options.Cancellation, Warn, codes.Tokenizer);
    }

    public static void CheckTraining(SchemaShape shape, string label, string tokens)
    {
        Columns.Find(shape, label, LabelColumn.AllowedInTraining, LabelColumn.FitsTraining);
        Columns.Find(shape, tokens, TokensColumn.Allowed, TokensColumn.Fits);
    }

    /// <summary>The tokens of a column, as they are.</summary>
    public static TokenizedImages Read(IDataView data, string label, string tokens)
    {
        var labelColumn = Columns.Find(data.Schema, label, LabelColumn.AllowedInTraining, t => t is KeyDataViewType);
        var tokensColumn = Columns.Find(data.Schema, tokens, TokensColumn.Allowed, TokensColumn.Fits);
        var hash = TokensColumn.RequireHash(tokensColumn);
        var type = (VectorDataViewType)tokensColumn.Type;
        var grid = (int)Math.Round(Math.Sqrt(type.Size));
        if (grid < 1 || grid * grid != type.Size) throw new ArgumentException($"Tokens column '{tokens}' has {type.Size} slots, which is no square grid; use the output of VfmTokenize.");
        var codebook = type.ItemType is KeyDataViewType key ? (int)key.Count : TokenizerRegistry.Find(hash, tokens).Config.CodebookSize;
        var names = LabelColumn.Names(labelColumn);
        var rows = new TokenRows(grid * grid, 1);
        var (all, labels) = (new List<int>(), new List<int>());
        using var cursor = data.GetRowCursor([labelColumn, tokensColumn]);
        var readLabel = LabelColumn.ClassReader(cursor, labelColumn, names.Length);
        var readTokens = cursor.GetGetter<VBuffer<uint>>(tokensColumn);
        VBuffer<uint> value = default;
        while (cursor.MoveNext())
        {
            readTokens(ref value);
            rows.Set(0, value, TokensColumn.IsKey(tokensColumn), tokens);
            var index = readLabel();
            if (index < 0 || rows.Missing(0)) continue; // nothing to learn from
            labels.Add(index);
            all.AddRange(rows.Values);
        }
        if (labels.Count == 0) throw new ArgumentException($"No row has both a label in '{label}' and tokens in '{tokens}'; give data with at least one.");
        return new TokenizedImages([.. all], [.. labels], grid, codebook, names, hash);
    }
}
