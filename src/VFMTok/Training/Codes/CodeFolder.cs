using VFMTok.Runtime;

namespace VFMTok.Training;

/// <summary>A code cache that is being written. A process keeps others out of its folder, or, with a part of its own, out of that part.</summary>
internal sealed class CodeFolder : IDisposable
{
    private readonly string _folder;
    private readonly CodeKey _key;
    private readonly Action<string> _warn;
    private readonly List<FileStream> _locks = [];

    /// <summary>Opens a folder, makes it if need be, and writes its manifest.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="manifest">What is to be written.</param>
    /// <param name="part">This process's part.</param>
    /// <param name="parts">Parts that are made, perhaps at the same time.</param>
    /// <param name="warn">Gets one sentence per damaged file.</param>
    /// <exception cref="IOException">The folder cannot be written, or another process writes there.</exception>
    /// <exception cref="ArgumentException">It holds the codes of another tokenizer or of other images, or codes that were made otherwise.</exception>
    public CodeFolder(string folder, CodeManifest manifest, int part, int parts, Action<string> warn)
    {
        (_folder, _key, _warn) = (folder, manifest.Key, warn);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The folder '{folder}' cannot be made ({e.Message.TrimEnd('.')}); choose one that you may write to.", e);
        }
        try
        {
            if (parts > 1) Lock($"part-{part}.lock", FileAccess.ReadWrite, FileShare.None, $"part {part} of the codes");
            if (parts > 1) Lock("codes.lock", FileAccess.Read, FileShare.Read, "codes");
            else Lock("codes.lock", FileAccess.ReadWrite, FileShare.None, "codes");
            if (parts == 1)
                foreach (var left in CodeManifest.Files(folder, ".*.tmp")) File.Delete(left); // of processes that were killed while they wrote
            if (!IsThere(manifest)) manifest.Save(folder);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The header of a shard that is there and sound; null if it must be made.</summary>
    /// <exception cref="ArgumentException">It is sound but another tokenizer's, or of other images, or made otherwise.</exception>
    public CodeShardHeader? Find(int shard)
    {
        var path = CodeManifest.ShardPath(_folder, shard);
        if (!File.Exists(path)) return null;
        CodeShardHeader header;
        try
        {
            using var file = CodeShard.Open(path, verify: true);
            header = file.Header;
        }
        catch (InvalidDataException e)
        {
            _warn($"{e.Message[..e.Message.LastIndexOf(';')]}; it is made again.");
            return null;
        }
        _key.Require(header.Key, path);
        if (header.Shard == shard) return header;
        _warn($"'{path}' is shard {header.Shard} under another name; it is made again.");
        return null;
    }

    /// <summary>Writes a shard under a temporary name, flushes it to disk and renames it.</summary>
    public void Write(ShardCodes codes) => AtomicFile.Write(CodeManifest.ShardPath(_folder, codes.Header.Shard), codes.Write);

    public void Dispose()
    {
        foreach (var file in _locks) file.Dispose();
    }

    private void Lock(string name, FileAccess access, FileShare share, string what)
    {
        try
        {
            _locks.Add(new FileStream(Path.Combine(_folder, name), FileMode.OpenOrCreate, access, share));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"The folder '{_folder}' cannot be written ({e.Message.TrimEnd('.')}); choose one that you may write to.", e);
        }
        catch (IOException e)
        {
            throw new IOException($"Another process writes {what} in '{_folder}'; wait for it or choose another folder.", e);
        }
    }

    private bool IsThere(CodeManifest manifest)
    {
        try
        {
            var there = CodeManifest.Load(_folder);
            _key.Require(there.Key, CodeManifest.PathOf(_folder));
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (InvalidDataException e)
        {
            _warn($"{e.Message[..e.Message.LastIndexOf(';')]}; it is written again.");
            return false;
        }
    }
}
