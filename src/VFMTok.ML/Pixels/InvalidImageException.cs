namespace VFMTok.ML;

/// <summary>A file is no image that the library reads; the message says which file and why.</summary>
/// <param name="message">One sentence.</param>
/// <param name="inner">What went wrong below, if anything.</param>
public sealed class InvalidImageException(string message, Exception? inner = null) : Exception(message, inner);
