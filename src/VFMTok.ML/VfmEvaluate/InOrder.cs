namespace VFMTok.ML;

/// <summary>Work on several threads whose results come in order, such as decoding the files of rows.</summary>
internal static class InOrder
{
    /// <summary>Rows that are read before the first of them is worked on: what memory is needed for.</summary>
    internal const int Together = 16;

    /// <summary>Does the work in groups, each when its first result is asked for.</summary>
    public static IEnumerable<T> Run<T>(IEnumerable<Func<T>> work)
    {
        foreach (var group in work.Chunk(Together))
        {
            var tasks = Array.ConvertAll(group, item => Task.Run(item));
            Task.WaitAny([Task.WhenAll(tasks)]); // waits without throwing: the first row that failed is to be told of
            foreach (var task in tasks) yield return task.GetAwaiter().GetResult();
        }
    }
}
