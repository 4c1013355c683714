namespace VFMTok.Imaging;

/// <summary>A file is no image that the library reads. The message is one sentence that names the file, the fault and the remedy.</summary>
public sealed class InvalidImageException : IOException
{
    /// <summary>Creates the exception.</summary>
    public InvalidImageException(string message, Exception? inner = null) : base(message, inner) { }
}
