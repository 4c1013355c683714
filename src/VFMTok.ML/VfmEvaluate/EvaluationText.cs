using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using VFMTok.Evaluation;

namespace VFMTok.ML;

/// <summary>What evaluations say.</summary>
internal static class EvaluationText
{
    /// <summary>Figures, protocol and cautions, one a line.</summary>
    public static string Of(IReadOnlyDictionary<string, double> figures, EvaluationProtocol protocol, IReadOnlyList<string> cautions) => string.Join(Environment.NewLine,
        [.. figures.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Key}: {f.Value:G6}")), .. protocol.Describe(), .. cautions.Select(c => "caution: " + c)]);

    /// <summary>Rows that have nothing to measure.</summary>
    public static IEnumerable<string> Missing(long rows, string what) =>
        rows == 0 ? [] : [rows == 1 ? $"1 row has no {what} and is left out." : $"{rows} rows have no {what} and are left out."];

    /// <summary>Cautions go to <c>MLContext.Log</c>.</summary>
    public static void Warn(IHostEnvironment env, IEnumerable<string> cautions)
    {
        using var channel = env.Start("VfmEvaluate");
        foreach (var caution in cautions) channel.Warning(MessageSensitivity.None, "{0}", caution);
    }
}
