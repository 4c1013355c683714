namespace VFMTok.Tests.Shared;

/// <summary>How bad input must end: by an exception of the library's own, in one sentence that names the file, soon and without much memory.</summary>
internal static class Refusal
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private const long MostAllocated = 300 << 20;

    /// <summary>Fails unless the reading is refused.</summary>
    /// <param name="name">What the sentence must name.</param>
    /// <param name="fault">A part of the sentence.</param>
    /// <param name="read">Reads the bad input; what it returns is disposed.</param>
    /// <returns>The sentence.</returns>
    public static string Of<TError>(string name, string fault, Func<object?> read) where TError : Exception
    {
        var error = Outcome(read);
        Assert.True(error is TError, error is null ? "nothing was refused" : $"{error.GetType().Name}: {error.Message}");
        IsSentence(error!.Message, name);
        Assert.Contains(fault, error.Message);
        return error.Message;
    }

    /// <summary>What the reading throws, or null. Fails if it lasts too long or allocates too much.</summary>
    public static Exception? Outcome(Func<object?> read)
    {
        Exception? error = null;
        long allocated = 0;
        var thread = new Thread(() =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                (read() as IDisposable)?.Dispose();
            }
            catch (Exception e)
            {
                error = e;
            }
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }) { IsBackground = true };
        thread.Start();
        Assert.True(thread.Join(Patience), $"it lasts longer than {Patience.TotalSeconds} seconds");
        Assert.True(allocated < MostAllocated, $"it allocates {allocated} bytes");
        return error;
    }

    private static void IsSentence(string message, string name)
    {
        Assert.Contains($"'{name}'", message);
        Assert.EndsWith(".", message);
        Assert.DoesNotContain(message, char.IsControl);
        Assert.InRange(message.Length, 20, 1000);
    }
}
