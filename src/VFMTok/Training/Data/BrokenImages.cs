namespace VFMTok.Training;

/// <summary>What is said about images that cannot be decoded.</summary>
internal static class BrokenImages
{
    /// <summary>So many in a row and not one sound: there is no point in going on.</summary>
    public const int MostInARow = 1000;

    public static string LeftOut(int broken, int count) => $"{broken} of {count} images cannot be decoded and {(broken == 1 ? "is" : "are")} left out.";

    public static string Replaced(string fault, int broken, int count) => $"{fault} The next image takes its place; {broken} of {count} cannot be decoded so far.";

    public static string All(int count, string first) => $"None of the {count} images can be decoded, the first one because: {first}";

    public static string InARow(string first) => $"{MostInARow} images in a row cannot be decoded, the first one because: {first}";
}
