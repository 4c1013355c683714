using System.Text.Json;

namespace VFMTok.Examples.QuickStart;

/// <summary>The figures that the run is judged by.</summary>
internal static class Summary
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    public static string Write(Layout layout, TimeSpan elapsed)
    {
        var found = JsonSerializer.Deserialize<CheckResult>(File.ReadAllText(layout.Checked))!;
        var text = JsonSerializer.Serialize(new
        {
            PsnrDb = Math.Round(found.PsnrDb, 2),
            CodebookUsage = Math.Round(found.CodebookUsage, 3),
            found.TokensPerImage,
            SampleClassAccuracy = Math.Round(found.SampleClassAccuracy, 3),
            GuidedClassAccuracy = found.GuidedClassAccuracy.ToDictionary(p => p.Key, p => Math.Round(p.Value, 3)),
            ReconstructionClassAccuracy = Math.Round(found.ReconstructionClassAccuracy, 3),
            RealClassAccuracy = Math.Round(found.RealClassAccuracy, 3),
            found.ReloadEqual,
            Seconds = Math.Round(elapsed.TotalSeconds, 1),
            found.PeakMemoryMB,
        }, Json);
        File.WriteAllText(layout.SummaryFile, text);
        File.Delete(layout.Checked);
        File.Delete(layout.Expected);
        return text;
    }
}
