namespace VFMTok.Checkpoints;

/// <summary>A model or checkpoint file is damaged, hostile, or not what was asked for. The message is one sentence that names the file, the fault and the remedy.</summary>
public sealed class InvalidCheckpointException : IOException
{
    /// <summary>Creates the exception.</summary>
    public InvalidCheckpointException(string message) : base(message) { }

    /// <summary>Creates the exception with its cause.</summary>
    public InvalidCheckpointException(string message, Exception inner) : base(message, inner) { }
}
