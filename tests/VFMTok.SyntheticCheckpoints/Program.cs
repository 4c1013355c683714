// Writes checkpoints in the layout of the official files, with numbers made from the tensors' names: what the import is tested with at full size.
using VFMTok.Tests.Shared;

if (args is not [var folder, .. var flags] || flags is not ([] or ["--tiny"]))
{
    Console.Error.WriteLine("Give a folder, and '--tiny' for small networks: SyntheticCheckpoints FOLDER [--tiny].");
    return 2;
}
Directory.CreateDirectory(folder);
var files = flags.Length == 0 ? SyntheticCheckpoints.Paper : SyntheticCheckpoints.Tiny;
foreach (var (name, write) in files.Files(folder))
{
    write();
    Console.WriteLine($"{name}: {new FileInfo(name).Length:n0} bytes");
}
return 0;
