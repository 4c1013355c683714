using VFMTok.Pickle;

namespace VFMTok.Numpy;

/// <summary>Where an array comes from, and how its faults are told.</summary>
/// <param name="File">What errors call the file.</param>
/// <param name="Array">The array's name in an archive; null for a file of one array.</param>
internal sealed record NpySource(string File, string? Array = null)
{
    private const string DownloadAgain = "download it again, or save it again with numpy";

    /// <summary>The error for a fault.</summary>
    /// <param name="fault">A clause whose subject is the array or the file, without a full stop.</param>
    /// <param name="remedy">What to do.</param>
    /// <param name="inner">The cause.</param>
    public InvalidNumpyFileException Bad(string fault, string remedy = DownloadAgain, Exception? inner = null)
    {
        var message = $"'{File}' cannot be used: {(Array is null ? "it" : $"its array '{PickleRules.Short(Array)}'")} {fault}; {remedy}.";
        return inner is null ? new InvalidNumpyFileException(message) : new InvalidNumpyFileException(message, inner);
    }

    /// <summary>Runs what libraries below may refuse; what they say of damaged files becomes one sentence.</summary>
    /// <exception cref="InvalidNumpyFileException">The file is damaged.</exception>
    public T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw Damaged(e);
        }
    }

    /// <summary>Whether an exception of the libraries below speaks of damaged data.</summary>
    public static bool IsDamage(Exception e) => e is InvalidDataException or NotSupportedException or ArgumentException or IOException and not InvalidNumpyFileException;

    /// <summary>The error for it.</summary>
    public InvalidNumpyFileException Damaged(Exception e) => Bad($"is damaged ({PickleRules.Short(e.Message.TrimEnd('.'), most: 200)})", inner: e);
}
