namespace VFMTok.ML;

/// <summary>Says in which row something was wrong.</summary>
internal static class RowFault
{
    /// <summary>Does what concerns one row.</summary>
    /// <param name="row">Its number, from 1.</param>
    /// <param name="work">Its errors name no row.</param>
    /// <exception cref="ArgumentException">What was wrong, with the number of the row.</exception>
    public static T Name<T>(long row, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"Row {row}: {Sentence(e)}", e);
        }
    }

    /// <summary>Does what concerns one row.</summary>
    /// <param name="row">Its number, from 1.</param>
    /// <param name="work">Its errors name no row.</param>
    /// <exception cref="ArgumentException">What was wrong, with the number of the row.</exception>
    public static void Name(long row, Action work) => Name(row, () =>
    {
        work();
        return 0;
    });

    // .NET appends " (Parameter 'x')" and the value; users of columns have no parameters.
    private static string Sentence(ArgumentException e) => e.ParamName is { } name && e.Message.IndexOf($" (Parameter '{name}')", StringComparison.Ordinal) is >= 0 and var end ? e.Message[..end] : e.Message;
}
