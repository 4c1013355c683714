namespace VFMTok.Numpy;

/// <summary>A file of NumPy arrays (<c>.npy</c>, <c>.npz</c>) is damaged, hostile, or not what was asked for. The message is one sentence that names the file, the fault and the remedy.</summary>
public sealed class InvalidNumpyFileException : IOException
{
    /// <summary>Creates the exception.</summary>
    public InvalidNumpyFileException(string message) : base(message) { }

    /// <summary>Creates the exception with its cause.</summary>
    public InvalidNumpyFileException(string message, Exception inner) : base(message, inner) { }
}
