namespace VFMTok.Numpy;

/// <summary>Names of arrays in an archive. They are keys and never become paths; names that could leave a folder are refused all the same.</summary>
internal static class NpzNames
{
    /// <summary>What the archive adds to a name.</summary>
    public const string Suffix = ".npy";

    private const int Longest = 512;

    /// <summary>Why a name is not allowed, as a clause, or null.</summary>
    public static string? Fault(string name)
    {
        if (name.Length is 0 or > Longest) return $"has {name.Length} characters where 1 to {Longest} are allowed";
        if (name.Any(char.IsControl) || name.Contains('\\')) return "has a control character or a backslash";
        return name.Split('/').Any(part => part is "" or "." or "..") ? "is a path that leads elsewhere" : null;
    }
}
