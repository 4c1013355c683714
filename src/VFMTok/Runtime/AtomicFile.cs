namespace VFMTok.Runtime;

/// <summary>Writes a file so that a failure never costs what was there before: temporary name in the same folder, flush to disk, rename.</summary>
internal static class AtomicFile
{
    /// <summary>Creates or replaces <paramref name="path"/> with what <paramref name="write"/> produces.</summary>
    /// <exception cref="IOException">The folder does not exist or cannot be written, or the disk is full; the old file, if any, is untouched.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var full = Path.GetFullPath(path);
        var temporary = $"{full}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception e) when (e is (IOException and not (Checkpoints.InvalidCheckpointException or Numpy.InvalidNumpyFileException)) or UnauthorizedAccessException)
        {
            Discard(temporary);
            throw new IOException($"'{path}' cannot be written ({e.Message.TrimEnd('.')}); choose a folder that exists, that you may write to and that has room.", e);
        }
        catch
        {
            Discard(temporary);
            throw;
        }
    }

    private static void Discard(string path)
    {
        try { File.Delete(path); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { /* the first error is the one to report */ }
    }
}
