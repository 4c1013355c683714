using VFMTok.Evaluation;
using VFMTok.Evaluation.Reporting;
using VFMTok.Imaging;
using VFMTok.Training.Reporting;

namespace VFMTok.Cli;

/// <summary>Compares the samples of every setting with the reference. After each setting the files hold all that is known.</summary>
/// <param name="plan">The samples.</param>
/// <param name="extractor">The network.</param>
/// <param name="referencePath">Real images: a folder or a file.</param>
/// <param name="neighbourhoods">Images of each set that give precision and recall.</param>
/// <param name="output">Takes the results.</param>
internal sealed class GenerationRun(SamplePlan plan, FeatureExtractor extractor, string referencePath, int neighbourhoods, EvaluationOutput output)
{
    private readonly List<ReportPicture> _grids = [];

    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    public void Run(CancellationToken cancellation)
    {
        var reference = Reference(cancellation);
        foreach (var setting in plan.Settings)
        {
            try
            {
                Evaluate(setting, reference, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested && output.Results.Count > 0)
            {
                throw new EvaluationCanceledException($"Cancelled; the figures of {output.Results.Count} of {plan.Settings.Count} guidance scales are in {output.Path(EvaluateCommand.Metrics)}.");
            }
            WriteReport();
        }
        output.Finish([.. plan.Settings.SelectMany(s => plan.Kept is null ? (string[])[s.FileName + ".png"] : [s.FileName + ".png", s.FileName + ".npz"])]);
    }

    private void Evaluate(SampleSetting setting, ReferenceStatistics reference, CancellationToken cancellation)
    {
        var (rows, set) = (new SampleRows(), (ImageSetStatistics?)null);
        EvaluationProgress.Run(output.Progress, progress =>
        {
            if (plan.Kept is { } labels) SampleArchive.Write(output.Path(setting.FileName + ".npz"), labels.Length, setting.Source.Size.Width, labels, See);
            else See(null);

            void See(Action<RgbImage>? keep) => set = setting.Source.See(extractor, neighbourhoods, setting.Name, progress, cancellation, image =>
            {
                rows.Add(image);
                keep?.Invoke(image.Image!);
            });
        });
        var metrics = GenerationMetrics.Compare(set!, reference);
        string?[] crops = [plan.Crop is { } cut ? $"samples {cut}" : null, reference.Crop is { } crop ? $"reference {crop}" : null];
        var protocol = setting.Protocol(new EvaluationProtocol
        {
            Task = EvaluationProtocol.Generation, ImageCount = metrics.Count, Extractor = metrics.Extractor, Neighbourhoods = neighbourhoods,
            Crop = crops.All(c => c is null) ? null : string.Join(", ", crops.OfType<string>()),
        }).Against(reference);
        var grid = rows.ToGrid();
        ImageWriter.SavePng(grid, output.Path(setting.FileName + ".png"));
        _grids.Add(new ReportPicture(setting.Name, "", grid));
        output.Add(new EvaluationResult(setting.Name, metrics.Figures, protocol, metrics.Cautions, $"samples of {plan.Name}", set!.ContentHash));
    }

    private ReferenceStatistics Reference(CancellationToken cancellation)
    {
        ReferenceStatistics? reference = null;
        EvaluationProgress.Run(output.Progress, progress =>
        {
            if (!Directory.Exists(referencePath))
            {
                var total = File.Exists(referencePath) ? ReferenceFile.ImagesToSee(referencePath, neighbourhoods) : 0;
                reference = ReferenceStatistics.Load(referencePath, extractor, neighbourhoods, EvaluationProgress.Count("reference", total, progress), cancellation);
                return;
            }
            var (width, height) = plan.Settings[0].Source.Size;
            if (width != height) throw new ArgumentException($"The samples have {width} x {height} pixels, and a folder of real images is cropped to squares; give '--size S' for a center crop of the samples too, or an .npz as '--reference'.");
            using var images = new FolderImages(referencePath, width, 0, output.Warn);
            reference = ReferenceStatistics.Of(images.See(extractor, neighbourhoods, "reference", progress, cancellation), images.Name, EvaluateCommand.CenterCrop(width));
        });
        return reference!;
    }

    private void WriteReport()
    {
        var sections = new List<ReportSection> { new("Samples", "The first of each class, or of all.") { Pictures = _grids } };
        if (output.Results.Count > 1) sections.Insert(0, Curves());
        var count = Readable.Number(output.Results[0].Protocol.ImageCount);
        EvaluationReport.Write(output.Path(EvaluateCommand.Report), $"Generation: {plan.Name}", $"{count} samples against '{output.Results[0].Protocol.Reference}'{(plan.Settings.Count > 1 ? $", with each of {plan.Settings.Count} guidance scales" : "")}.", output.Results, sections);
    }

    private ReportSection Curves()
    {
        var points = plan.Settings.Zip(output.Results, (setting, result) => (Scale: setting.Guidance!.Value, result.Figures)).ToArray();
        return new("Figures over the guidance scale", "A scale that is best for one figure need not be best for another.")
        {
            Charts = [.. points[0].Figures.Keys.Select(name => (Meaning: FigureGuide.Of(name), Values: points.Where(p => p.Figures.ContainsKey(name)).Select(p => (p.Scale, p.Figures[name])).ToArray()))
                .Select(f => new ReportChart(f.Meaning.Label, f.Meaning.Direction, SettingChart.Draw(f.Meaning.Label, "guidance scale", f.Values, 340, 190)))],
        };
    }
}
