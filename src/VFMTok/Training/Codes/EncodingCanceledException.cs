namespace VFMTok.Training;

/// <summary>The tokenizing of a set of images was cancelled. Its message says how far it came and what is left.</summary>
public sealed class EncodingCanceledException : OperationCanceledException
{
    internal EncodingCanceledException(string message, string? folder, CancellationToken token) : base(message, token) => Folder = folder;

    /// <summary>Folder with the shards that are finished, from which the same work goes on; null if there is none.</summary>
    public string? Folder { get; }
}
