using Microsoft.ML;
using Microsoft.ML.Runtime;
using VFMTok.Evaluation;
using VFMTok.ML.Interop;
using VFMTok.ML.Models;

namespace VFMTok.ML;

/// <summary>Measures a column of samples against references.</summary>
internal static class GenerationEvaluation
{
    /// <summary>Against a column of images: cut to the size of the samples unless a size is asked for.</summary>
    public static VfmGenerationMetrics Run(IHostEnvironment env, IDataView samples, IDataView references, string sample, string reference, VfmGenerationEvaluationOptions options)
    {
        options.Validate();
        ImageColumn.Find(references.Schema, Columns.RequireName(reference, "referenceColumnName")); // before hours of drawing
        return With(env, options, extractor =>
        {
            var set = ReadSamples(samples, sample, extractor, options);
            var (width, height) = options.ImageSize > 0 ? (options.ImageSize, options.ImageSize) : set.Size;
            var real = EvaluatedSet.Read(references, reference, extractor, options, width, height);
            return Compare(env, set, ToReference(real, reference, options), CropText(options) ?? (real.IsCropped ? $"center {width} px" : null), options, real.Cautions);
        });
    }

    /// <summary>Against statistics.</summary>
    public static VfmGenerationMetrics Run(IHostEnvironment env, IDataView samples, ReferenceStatistics reference, string sample, VfmGenerationEvaluationOptions options)
    {
        options.Validate();
        return With(env, options, extractor =>
        {
            reference.RequireExtractor(ExtractorIdentity.Of(extractor)); // before hours of drawing
            return Compare(env, ReadSamples(samples, sample, extractor, options), reference, CropText(options), options, []);
        });
    }

    /// <summary>Makes statistics of a column.</summary>
    public static ReferenceStatistics Statistics(IHostEnvironment env, IDataView data, string column, VfmGenerationEvaluationOptions options)
    {
        options.Validate();
        return With(env, options, extractor =>
        {
            var set = EvaluatedSet.Read(data, Columns.RequireName(column, "columnName"), extractor, options, options.ImageSize, options.ImageSize);
            var reference = ToReference(set, column, options);
            EvaluationText.Warn(env, set.Cautions);
            return reference;
        });
    }

    private static EvaluatedSet ReadSamples(IDataView samples, string column, FeatureExtractor extractor, VfmGenerationEvaluationOptions options) =>
        EvaluatedSet.Read(samples, Columns.RequireName(column, "sampleColumnName"), extractor, options, options.ImageSize, options.ImageSize);

    private static T With<T>(IHostEnvironment env, VfmGenerationEvaluationOptions options, Func<FeatureExtractor, T> work)
    {
        if (options.Extractor is not null) return work(options.Extractor);
        using var tiny = FeatureExtractor.Tiny(MlNet.Device(env));
        return work(tiny);
    }

    private static VfmGenerationMetrics Compare(IHostEnvironment env, EvaluatedSet samples, ReferenceStatistics reference, string? crop, VfmGenerationEvaluationOptions options, IEnumerable<string> ofReferences)
    {
        var metrics = GenerationMetrics.Compare(samples.Statistics, reference);
        string[] cautions = [.. metrics.Cautions, .. samples.Cautions, .. ofReferences];
        EvaluationText.Warn(env, cautions);
        return new VfmGenerationMetrics
        {
            Metrics = metrics, MissingRows = samples.Missing, Cautions = cautions,
            Protocol = new EvaluationProtocol { Task = EvaluationProtocol.Generation, ImageCount = metrics.Count, Crop = crop, Resize = options.ResizeText, Extractor = metrics.Extractor, Neighbourhoods = options.NeighbourhoodLimit }.Against(reference),
        };
    }

    private static ReferenceStatistics ToReference(EvaluatedSet set, string column, VfmGenerationEvaluationOptions options)
    {
        string?[] facts = [CropText(options) ?? (set.IsCropped ? $"center {set.Size.Width} px" : null), options.ResizeText];
        return ReferenceStatistics.Of(set.Statistics, options.ReferenceName ?? column, facts.Any(f => f is not null) ? string.Join(", ", facts.Where(f => f is not null)) : null);
    }

    private static string? CropText(VfmGenerationEvaluationOptions options) => options.ImageSize > 0 ? $"center {options.ImageSize} px" : null;
}
