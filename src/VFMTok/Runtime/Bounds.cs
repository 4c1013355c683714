namespace VFMTok.Runtime;

/// <summary>Limits of configurations, far above every preset. Within them sizes are safe to multiply, and what a network takes in memory apart from its weights stays small.</summary>
internal static class Bounds
{
    /// <summary>Most channels of a layer, and most layers of a kind.</summary>
    public const int Width = 1 << 16, Depth = 1 << 10;

    /// <summary>Longest side of images and of grids of patches or tokens.</summary>
    public const int Side = 1 << 14, Grid = 1 << 10;

    // Numbers of all norms of a stack of layers; numbers of a table with a row for each place.
    private const long Stack = 1 << 22, Table = 1 << 24;

    /// <summary>Finds the first number that is out of its range.</summary>
    /// <param name="numbers">Name, value, least and most of each.</param>
    /// <returns>A clause for an error, or null.</returns>
    public static string? Fault(params ReadOnlySpan<(string Name, long Value, long Least, long Most)> numbers)
    {
        foreach (var (name, value, least, most) in numbers)
            if (value < least || value > most) return $"{name} {value} must lie in {least} to {most}";
        return null;
    }

    /// <summary>As <see cref="Fault"/>, of layers one after the other.</summary>
    public static string? StackFault(long depth, long width) => depth * width <= Stack ? null : $"{depth} layers of {width} channels are more than {Stack} channels together";

    /// <summary>As <see cref="Fault"/>, of a square grid of places with channels each.</summary>
    public static string? TableFault(long grid, long width) => grid * grid * width <= Table ? null : $"{grid} x {grid} places of {width} channels are more than {Table} numbers";
}
