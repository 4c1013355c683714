using Microsoft.ML;
using Microsoft.ML.Runtime;
using VFMTok.Evaluation;
using VFMTok.ML.Models;

namespace VFMTok.ML;

/// <summary>Measures a column of reconstructions against one of originals.</summary>
internal static class ReconstructionEvaluation
{
    public static VfmReconstructionMetrics Run(IHostEnvironment env, IDataView data, string original, string reconstruction, string? tokens, VfmReconstructionEvaluationOptions options)
    {
        options.Validate();
        var codes = tokens is null ? null : CodeColumn.Find(data.Schema, Columns.RequireName(tokens, "tokensColumnName"));
        var rows = new ReconstructionRows(data, Columns.RequireName(original, "originalColumnName"), Columns.RequireName(reconstruction, "reconstructionColumnName"), codes);
        var evaluator = new ReconstructionEvaluator(options.ToEvaluatorOptions(codes?.CodebookSize ?? 0));
        var (sizes, hash, withoutCodes) = (new HashSet<int>(), new ImageSetHash(), 0L);
        options.Report(0);
        foreach (var pair in rows.Read())
        {
            RowFault.Name(pair.Row, () => evaluator.Add(pair.Original, pair.Reconstruction, pair.Codes));
            hash.Add(pair.Original);
            if (pair.IsCropped) sizes.Add(pair.Reconstruction.Width);
            if (pair.Codes.Length == 0) withoutCodes++;
            options.Report(evaluator.Count);
        }
        if (evaluator.Count == 0) throw new ArgumentException($"No row has images in '{original}' and '{reconstruction}'; give data with at least one.");
        var scores = evaluator.ToScores(original);
        string[] cautions =
        [
            .. scores.Cautions, .. EvaluationText.Missing(rows.Missing, $"image in '{original}' and '{reconstruction}'"),
            .. codes is null || withoutCodes == 0 ? (string[])[] : [$"{withoutCodes} of {evaluator.Count} rows have images and no token in '{tokens}'; they do not count for the codebook's usage and perplexity."],
        ];
        EvaluationText.Warn(env, cautions);
        return new VfmReconstructionMetrics
        {
            Metrics = scores, MissingRows = rows.Missing, Cautions = cautions,
            Protocol = new EvaluationProtocol
            {
                Task = EvaluationProtocol.Reconstruction, ImageCount = evaluator.Count, Crop = CropText(sizes), Resize = options.ResizeText, Extractor = scores.Set?.Extractor,
                Reference = original, ReferenceHash = hash.ToString(), ReferenceCount = evaluator.Count, PerceptualHash = options.PerceptualDistance?.Hash, TokenizerHash = codes is null ? null : TokensColumn.Hash(codes.Column),
            },
        };
    }

    private static string? CropText(HashSet<int> sizes) => sizes.Count switch
    {
        0 => null,
        1 => $"center {sizes.Single()} px",
        _ => "center, to the size of each reconstruction",
    };
}
