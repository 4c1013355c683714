using System.Globalization;
using System.Net;
using VFMTok.Runtime;

namespace VFMTok.Training.Reporting;

/// <summary>The report of a training run: one HTML file with curves, figures, options, notes and pictures inside, which needs nothing else and runs no script.</summary>
/// <remarks>Made from the record's files alone, so a run that was killed, or is still going on, can have one. Curves of more than 500 records are drawn as means with the range behind them.</remarks>
internal static class TrainingReport
{
    private const int PicturesShown = 6;

    /// <summary>What has a record in a folder: <c>tokenizer</c>, <c>generator</c>, in the order of their names.</summary>
    public static IReadOnlyList<string> Phases(string folder)
    {
        const string notes = "-notes";
        return [.. Directory.EnumerateFiles(folder, "*.jsonl").Select(f => Path.GetFileNameWithoutExtension(f)!).Where(n => !n.EndsWith(notes, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    /// <summary>Writes <c>&lt;phase&gt;-report.html</c> beside the record.</summary>
    /// <param name="folder">The folder of the record.</param>
    /// <param name="phase">What was trained.</param>
    /// <returns>The path of the report.</returns>
    /// <exception cref="IOException">There is no record, or the report cannot be written.</exception>
    public static string Write(string folder, string phase)
    {
        var history = RunHistory.Read(folder, phase);
        var path = TrainingRecord.ReportPath(folder, phase);
        AtomicFile.Write(path, stream =>
        {
            using var page = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
            page.WriteLine("<!doctype html>");
            page.WriteLine("<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
            page.WriteLine($"<title>{Html(phase)} training</title><style>{ReportStyle.Css}</style></head><body>");
            page.WriteLine($"<h1>{Html(phase)} training</h1><p>{Html(State(history))}</p>");
            WriteCards(page, history);
            WriteCharts(page, history);
            WritePictures(page, PictureFolder.Find(folder, phase));
            WriteFigures(page, history);
            WriteNotes(page, history);
            WriteOptions(page, history);
            page.WriteLine("</body></html>");
        });
        return path;
    }

    private static string State(RunHistory history)
    {
        var when = history.Notes.LastOrDefault(n => n.Time is not null).Time is { } time ? $"; last note of {time.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC" : "";
        return history.LastStep == 0 ? "no step recorded" : $"{history.Outcome ?? "not ended;"} at step {history.LastStep.ToString("#,0", CultureInfo.InvariantCulture)} after {Readable.Duration(history.Duration)}{when}";
    }

    private static void WriteCards(TextWriter page, RunHistory history)
    {
        page.Write("<div class=\"cards\">");
        foreach (var curve in history.Curves.Where(c => c.Name is RunHistory.Loss or "usage" or "perplexity" or RunHistory.ImagesPerSecond)) Card(curve.Name, curve.Last);
        foreach (var (name, value) in history.FinalFigures) Card(name, value);
        page.WriteLine("</div>");

        void Card(string name, double value) => page.Write($"<div><b>{Value(name, value)}</b><span>{Label(name)}</span></div>");
    }

    private static void WriteCharts(TextWriter page, RunHistory history)
    {
        if (history.Curves.Count == 0) return;
        page.WriteLine("<h2>Curves</h2><p>Over steps. Of long runs each point is a mean, with its range behind it; dashed lines in red are steps whose value is not a finite number.</p><div class=\"charts\">");
        foreach (var curve in history.Curves)
        {
            var wide = curve.Name == RunHistory.Loss;
            page.WriteLine($"<figure{(wide ? " class=\"wide\"" : "")}><figcaption>{Label(curve.Name)}<span>{Value(curve.Name, curve.Last)}</span></figcaption>" +
                $"{LineChart.Draw(curve, history.FirstStep, history.LastStep, wide ? 1080 : 340, wide ? 260 : 170)}</figure>");
        }
        page.WriteLine("</div>");
    }

    private static void WritePictures(TextWriter page, IReadOnlyList<Picture> pictures)
    {
        if (pictures.Count == 0) return;
        var shown = PictureFolder.Spread(pictures, PicturesShown);
        page.WriteLine($"<h2>Pictures, newest first{(shown.Count < pictures.Count ? $" ({shown.Count} of {pictures.Count}; all are in the folder “pictures”)" : "")}</h2><div class=\"pictures\">");
        foreach (var picture in shown.Reverse())
            page.WriteLine($"<figure><figcaption>step {picture.Step.ToString("#,0", CultureInfo.InvariantCulture)}</figcaption><img alt=\"picture of step {picture.Step}\" src=\"data:image/png;base64,{Convert.ToBase64String(File.ReadAllBytes(picture.Path))}\"></figure>");
        page.WriteLine("</div>");
    }

    private static void WriteFigures(TextWriter page, RunHistory history)
    {
        if (history.Curves.Count + history.FinalFigures.Count == 0) return;
        page.WriteLine("<h2>Figures</h2><div class=\"scroll\"><table><tr><th>figure</th><th class=\"n\">last</th><th class=\"n\">lowest</th><th class=\"n\">highest</th></tr>");
        foreach (var (name, value) in history.FinalFigures) page.WriteLine($"<tr><td>{Label(name)} (at the end)</td><td class=\"n\">{Value(name, value)}</td><td></td><td></td></tr>");
        foreach (var curve in history.Curves)
            page.WriteLine($"<tr><td>{Label(curve.Name)}</td><td class=\"n\">{Value(curve.Name, curve.Last)}</td><td class=\"n\">{Value(curve.Name, curve.Lowest)}</td><td class=\"n\">{Value(curve.Name, curve.Highest)}</td></tr>");
        page.WriteLine("</table></div>");
    }

    private static void WriteNotes(TextWriter page, RunHistory history)
    {
        if (history.Notes.Count == 0) return;
        page.WriteLine("<h2>Notes</h2><div class=\"scroll\"><table><tr><th>time (UTC)</th><th class=\"n\">step</th><th>note</th></tr>");
        foreach (var (step, time, text) in history.Notes)
            page.WriteLine($"<tr><td class=\"t\">{time?.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}</td><td class=\"n\">{step}</td><td>{Html(text)}</td></tr>");
        page.WriteLine("</table></div>");
    }

    private static void WriteOptions(TextWriter page, RunHistory history)
    {
        if (history.Options.Count == 0) return;
        page.WriteLine("<h2>Options</h2><div class=\"scroll\"><table><tr><th>option</th><th>value</th></tr>");
        foreach (var (name, value) in history.Options) page.WriteLine($"<tr><td>{Html(name)}</td><td>{Html(value)}</td></tr>");
        page.WriteLine("</table></div>");
    }

    private static string Label(string name) => Html(name == "usage" ? "codebook usage" : Readable.Words(name));

    private static string Value(string name, double value) => Html(name == "usage" && double.IsFinite(value) ? value.ToString("0.0 %", CultureInfo.InvariantCulture) : Readable.Number(value));

    private static string Html(string text) => WebUtility.HtmlEncode(text);
}
