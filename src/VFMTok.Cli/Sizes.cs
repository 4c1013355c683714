namespace VFMTok.Cli;

/// <summary>Numbers of bytes for people.</summary>
internal static class Sizes
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB"];

    /// <summary>Three digits and a decimal unit, such as <c>1.22 GB</c>.</summary>
    public static string Of(long bytes)
    {
        double value = bytes;
        var unit = 0;
        while (value >= 999.5 && unit < Units.Length - 1) (value, unit) = (value / 1000, unit + 1);
        return unit == 0 ? $"{bytes} B" : $"{value.ToString(value < 9.995 ? "f2" : value < 99.95 ? "f1" : "f0")} {Units[unit]}";
    }
}
