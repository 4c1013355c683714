using System.Net;
using VFMTok.Imaging;
using VFMTok.Runtime;
using VFMTok.Training.Reporting;

namespace VFMTok.Evaluation.Reporting;

/// <summary>The report of an evaluation: one HTML file with figures, their meaning, cautions, protocol, charts and pictures inside, which needs nothing else and runs no script.</summary>
internal static class EvaluationReport
{
    private const string Css = """
        .even { stroke: var(--pale); stroke-width: 1; stroke-dasharray: 4 4 } .dot { fill: var(--line) }
        ul.cautions { margin: 0; padding: 12px 14px 12px 32px; background: var(--card); border: 1px solid var(--edge); border-left: 3px solid var(--bad); border-radius: 8px } ul.cautions li { margin: 2px 0 }
        .small { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(250px, 100%), 1fr)); gap: 14px }
        .small img { display: block; width: 100%; height: auto; margin-top: 8px; border-radius: 4px } .small figcaption { font-size: 13px; overflow-wrap: anywhere } .small figcaption span { white-space: nowrap }
        .charts + .pictures, .charts + .small { margin-top: 14px }
        td.m { color: var(--pale) }
        """;

    /// <summary>Writes a report.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="title">Heading, such as "Generation: model.zip".</param>
    /// <param name="text">A sentence below it.</param>
    /// <param name="results">One at least; several are compared in a table.</param>
    /// <param name="sections">Charts and pictures.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, string title, string text, IReadOnlyList<EvaluationResult> results, IReadOnlyList<ReportSection> sections) => AtomicFile.Write(path, stream =>
    {
        using var page = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        page.WriteLine("<!doctype html>");
        page.WriteLine("<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        page.WriteLine($"<title>{Html(title)}</title><style>{ReportStyle.Css}{Css}</style></head><body>");
        page.WriteLine($"<h1>{Html(title)}</h1><p>{Html(text)}</p>");
        if (results.Count == 1) WriteCards(page, results[0]);
        else WriteTable(page, results);
        WriteCautions(page, results);
        foreach (var section in sections) WriteSection(page, section);
        WriteMeanings(page, results);
        WriteProtocols(page, results);
        page.WriteLine("</body></html>");
    });

    private static void WriteCards(TextWriter page, EvaluationResult result)
    {
        page.Write("<div class=\"cards\">");
        foreach (var (name, value) in result.Figures) page.Write($"<div><b>{Html(FigureGuide.Value(name, value))}</b><span>{Html(FigureGuide.Of(name).Label)}</span></div>");
        page.WriteLine("</div>");
    }

    // The best of a column is printed bold.
    private static void WriteTable(TextWriter page, IReadOnlyList<EvaluationResult> results)
    {
        var names = Names(results);
        page.Write("<div class=\"scroll\"><table><tr><th>setting</th>");
        foreach (var name in names) page.Write($"<th class=\"n\">{Html(FigureGuide.Of(name).Label)}</th>");
        page.WriteLine("</tr>");
        foreach (var result in results)
        {
            page.Write($"<tr><td>{Html(result.Setting)}</td>");
            foreach (var name in names)
            {
                var isGiven = result.Figures.TryGetValue(name, out var value);
                var text = isGiven ? Html(FigureGuide.Value(name, value)) : "";
                page.Write($"<td class=\"n\">{(isGiven && value == Best(results, name) ? $"<b>{text}</b>" : text)}</td>");
            }
            page.WriteLine("</tr>");
        }
        page.WriteLine("</table></div>");
    }

    private static void WriteCautions(TextWriter page, IReadOnlyList<EvaluationResult> results)
    {
        var cautions = results.SelectMany(r => r.Cautions).Distinct().ToArray();
        if (cautions.Length == 0) return;
        page.Write("<h2>Read this before the figures</h2><ul class=\"cautions\">");
        foreach (var caution in cautions) page.Write($"<li>{Html(caution)}</li>");
        page.WriteLine("</ul>");
    }

    private static void WriteSection(TextWriter page, ReportSection section)
    {
        page.WriteLine($"<h2>{Html(section.Title)}</h2><p>{Html(section.Text)}</p>");
        if (section.Charts.Count > 0)
        {
            page.WriteLine("<div class=\"charts\">");
            foreach (var chart in section.Charts) page.WriteLine($"<figure{(chart.IsWide ? " class=\"wide\"" : "")}><figcaption>{Html(chart.Caption)}<span>{Html(chart.Note)}</span></figcaption>{chart.Svg}</figure>");
            page.WriteLine("</div>");
        }
        if (section.Pictures.Count == 0) return;
        page.WriteLine($"<div class=\"{(section.HasSmallPictures ? "small" : "pictures")}\">");
        foreach (var picture in section.Pictures)
            page.WriteLine($"<figure><figcaption>{Html(picture.Caption)}<span>{Html(picture.Note)}</span></figcaption><img alt=\"{Html(picture.Caption)}\" src=\"data:image/png;base64,{Convert.ToBase64String(ImageWriter.ToPng(picture.Image))}\"></figure>");
        page.WriteLine("</div>");
    }

    private static void WriteMeanings(TextWriter page, IReadOnlyList<EvaluationResult> results)
    {
        page.WriteLine("<h2>What the figures mean</h2><div class=\"scroll\"><table>");
        foreach (var (name, meaning) in Names(results).Select(n => (n, FigureGuide.Of(n))))
            page.WriteLine($"<tr><td>{Html(meaning.Label)}</td><td>{Html(meaning.Text)}</td><td class=\"t\">{meaning.Direction}</td></tr>");
        page.WriteLine("</table></div>");
    }

    // Facts that all settings share stand once.
    private static void WriteProtocols(TextWriter page, IReadOnlyList<EvaluationResult> results)
    {
        page.WriteLine("<h2>Protocol</h2><p>Figures are comparable if their protocols are equal but for the model.</p><div class=\"scroll\"><table>");
        page.WriteLine($"<tr><td class=\"m\">judged</td><td>{Html(string.Join("; ", results.Select(r => r.Images).Distinct()))}</td></tr>");
        var all = results.Select(r => r.Protocol.Describe()).ToArray();
        foreach (var fact in all[0].Where(f => all.All(o => o.Contains(f)))) Row(fact);
        foreach (var (result, facts) in results.Zip(all))
        {
            foreach (var fact in facts.Where(f => !all.All(o => o.Contains(f)))) Row(fact);
            if (result.ImagesHash is { } hash) Row($"{(results.Count > 1 ? $"images of {result.Setting}" : "hash of the images")}: {hash}");
        }
        page.WriteLine("</table></div>");

        void Row(string fact)
        {
            var at = fact.IndexOf(": ", StringComparison.Ordinal);
            page.WriteLine($"<tr><td class=\"m\">{Html(fact[..at])}</td><td>{Html(fact[(at + 2)..])}</td></tr>");
        }
    }

    private static string[] Names(IReadOnlyList<EvaluationResult> results) => [.. results.SelectMany(r => r.Figures.Keys).Distinct()];

    private static double? Best(IReadOnlyList<EvaluationResult> results, string name)
    {
        var values = results.Where(r => r.Figures.ContainsKey(name)).Select(r => r.Figures[name]);
        return FigureGuide.Of(name).Better switch { > 0 => values.Max(), < 0 => values.Min(), _ => null };
    }

    private static string Html(string text) => WebUtility.HtmlEncode(text);
}
