using System.Globalization;

namespace VFMTok.Imaging.Lmdb;

/// <summary>Names of samples in LMDB files that stand where paths of image files stand: <c>lmdb:folder#17</c>.</summary>
internal static class LmdbAddress
{
    private const string Scheme = "lmdb:";

    public static string Of(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{Scheme}{path}#{index}");

    /// <summary>Takes an address apart; false if it is none, so the path of a file.</summary>
    public static bool TryParse(string address, out string path, out int index)
    {
        (path, index) = ("", 0);
        if (address is null || !address.StartsWith(Scheme, StringComparison.Ordinal)) return false;
        var mark = address.LastIndexOf('#');
        if (mark < Scheme.Length || !int.TryParse(address.AsSpan(mark + 1), NumberStyles.None, CultureInfo.InvariantCulture, out index)) return false;
        path = address[Scheme.Length..mark];
        return true;
    }
}
