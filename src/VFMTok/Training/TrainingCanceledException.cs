namespace VFMTok.Training;

/// <summary>A training was cancelled. Its message says where it stands and what is left.</summary>
public sealed class TrainingCanceledException : OperationCanceledException
{
    internal TrainingCanceledException(string message, int step, string? folder, CancellationToken token) : base(message, token) => (Step, Folder) = (step, folder);

    /// <summary>Steps done.</summary>
    public int Step { get; }

    /// <summary>Folder with a checkpoint of that step, from which the same training goes on; null if there is none.</summary>
    public string? Folder { get; }
}
