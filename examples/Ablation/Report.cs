using System.Globalization;
using System.Text;

namespace VFMTok.Examples.Ablation;

/// <summary>The tables of all finished runs, as Markdown: means, and the standard deviation over seeds where there are several.</summary>
internal static class Report
{
    public static string Write(Arguments wanted)
    {
        var text = new StringBuilder();
        foreach (var set in wanted.Sets)
        {
            var rows = wanted.Variants.Select(v => (Variant: v, Runs: wanted.Seeds.Select(seed => RunResult.Find(wanted.Output, set, v.Key, seed, wanted.Budget)).OfType<RunResult>().ToArray())).Where(r => r.Runs.Length > 0).ToArray();
            if (rows.Length == 0) continue;
            text.AppendLine(CultureInfo.InvariantCulture, $"## {set}").AppendLine();
            text.AppendLine(CultureInfo.InvariantCulture, $"{wanted.Budget.TrainingImages} training images, {wanted.Budget.TokenizerSteps} tokenizer steps of {Budget.TokenizerBatch}, up to {wanted.Budget.GeneratorSteps[^1]} generator steps of {Budget.GeneratorBatch}; {wanted.Budget.HeldOutImages} held-out images, {wanted.Budget.Samples} samples; seeds {string.Join(", ", wanted.Seeds)}.").AppendLine();
            Beside(text, rows);
            Table(text, "Tokenizers", ["tokens", "PSNR dB", "SSIM", "rFD-Tiny", "rFD-second", "usage", "perplexity", "linear probe", "judge on reconstructions"], rows, r =>
                [r.Tokens, r.Psnr, r.Ssim, r.Distance, r.SecondDistance, r.Usage, r.Perplexity, r.ProbeAccuracy, r.JudgeAccuracy]);
            foreach (var guidance in Budget.Guidance)
            {
                var name = guidance == 1 ? "without guidance" : FormattableString.Invariant($"with guidance {guidance}");
                double[] AtSteps(RunResult run, Func<SampleScores, double> figure) => [.. run.Samples.Where(s => s.Guidance == guidance).Select(figure)];
                string[] Steps(string figure) => [.. wanted.Budget.GeneratorSteps.Select(s => $"{figure} @{s}")];
                Table(text, $"Generators {name}", [.. Steps("gFD-Tiny"), .. Steps("class accuracy")], rows, r => [.. AtSteps(r, s => s.Distance), .. AtSteps(r, s => s.ClassAccuracy)]);
                Table(text, $"Generators {name}, other measures after {wanted.Budget.GeneratorSteps[^1]} steps", ["precision", "recall"], rows, r =>
                    r.Samples.Last(s => s.Guidance == guidance) is var last ? [last.Precision, last.Recall] : []); // the second network's distance is no use here: see Yardstick.Second
            }
            text.AppendLine(CultureInfo.InvariantCulture, $"Seconds per run: {rows.SelectMany(r => r.Runs).Min(r => r.Seconds):f0} to {rows.SelectMany(r => r.Runs).Max(r => r.Seconds):f0}.").AppendLine();
        }
        return text.ToString();
    }

    // The figures that the paper's table has too; the class accuracy stands for the inception score.
    private static void Beside(StringBuilder text, IReadOnlyList<(Variant Variant, RunResult[] Runs)> rows)
    {
        text.AppendLine("### Beside the paper's table 4").AppendLine();
        text.AppendLine("| | tokens: paper | here | rFID | rFD-Tiny | linear probe: paper | here | gFID | gFD-Tiny | IS | class accuracy, guided | unguided |").AppendLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var (variant, runs) in rows.Where(r => r.Variant.Paper is not null))
        {
            var paper = variant.Paper!;
            string Of(Func<RunResult, double> figure) => Cell(Array.ConvertAll(runs, figure.Invoke));
            var guided = Budget.Guidance[^1];
            text.AppendLine(CultureInfo.InvariantCulture, $"| ({variant.Key[0]}) {variant.Name} | {paper.Tokens} | {Of(r => r.Tokens)} | {paper.Reconstruction:f2} | {Of(r => r.Distance)} | {paper.Probe:f1} % | {Of(r => r.ProbeAccuracy)} | {paper.Generation:f2} | {Of(r => r.Samples.Last(s => s.Guidance == guided).Distance)} | {paper.Score:f1} | {Of(r => r.Samples.Last(s => s.Guidance == guided).ClassAccuracy)} | {Of(r => r.Samples.Last(s => s.Guidance == 1).ClassAccuracy)} |");
        }
        text.AppendLine();
    }

    private static void Table(StringBuilder text, string title, IReadOnlyList<string> columns, IReadOnlyList<(Variant Variant, RunResult[] Runs)> rows, Func<RunResult, double[]> figures)
    {
        text.AppendLine(CultureInfo.InvariantCulture, $"### {title}").AppendLine();
        text.AppendLine($"| | runs | {string.Join(" | ", columns)} |").AppendLine($"| --- | --- |{string.Concat(Enumerable.Repeat(" --- |", columns.Count))}");
        foreach (var (variant, runs) in rows)
        {
            var all = Array.ConvertAll(runs, figures.Invoke);
            var cells = columns.Select((_, c) => Cell([.. all.Select(f => f[c])]));
            text.AppendLine(CultureInfo.InvariantCulture, $"| ({variant.Key[0]}) {variant.Name} | {runs.Length} | {string.Join(" | ", cells)} |");
        }
        text.AppendLine();
    }

    private static string Cell(double[] values)
    {
        var mean = values.Average();
        var deviation = values.Length < 2 ? 0 : Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
        var digits = Math.Abs(mean) switch { >= 100 => "f0", >= 10 => "f1", >= 1.5 => "f2", _ => "f3" };
        if (values.All(v => v == Math.Round(v) && v == values[0])) return values[0].ToString("f0", CultureInfo.InvariantCulture);
        return mean.ToString(digits, CultureInfo.InvariantCulture) + (values.Length < 2 ? "" : " ± " + deviation.ToString(digits, CultureInfo.InvariantCulture));
    }
}
