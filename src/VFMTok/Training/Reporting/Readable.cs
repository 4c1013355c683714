using System.Globalization;

namespace VFMTok.Training.Reporting;

/// <summary>Numbers and times for people.</summary>
internal static class Readable
{
    /// <summary><c>m:ss</c>, from an hour on <c>h:mm:ss</c>.</summary>
    public static string Duration(TimeSpan time) =>
        time.TotalHours < 1 ? time.ToString(@"m\:ss", CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time:mm\\:ss}");

    /// <summary>Images per second: whole numbers from ten on, two digits below.</summary>
    public static string Speed(double imagesPerSecond) => imagesPerSecond.ToString(imagesPerSecond >= 10 ? "f0" : "0.0#", CultureInfo.InvariantCulture);

    /// <summary>Four digits that count: 0.01234, 12.34, 123,456, 1.2e-05.</summary>
    public static string Number(double value) => Math.Abs(value) switch
    {
        0 => "0",
        >= 1e9 or < 1e-3 => value.ToString("0.###e+00", CultureInfo.InvariantCulture),
        >= 1e4 => value.ToString("#,0", CultureInfo.InvariantCulture),
        _ => value.ToString("g4", CultureInfo.InvariantCulture),
    };

    /// <summary>A name of code as words: <c>gradientNorm</c> is "gradient norm".</summary>
    public static string Words(string name) => string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) && char.IsLower(name[i - 1]) ? " " + char.ToLowerInvariant(c) : c.ToString()));
}
