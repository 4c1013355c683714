// Feeds damaged files to what reads files of strangers. Two ways:
//   VFMTok.Fuzz TARGET                               one input of a fuzzer after the other (SharpFuzz with AFL; see SECURITY.md)
//   VFMTok.Fuzz loop TARGET CORPUS SECONDS [SEED]    damages the files of a folder in this process; needs no other tool
// and VFMTok.Fuzz seeds FOLDER writes sound files to start from.
using SharpFuzz;
using VFMTok.Fuzz;
using VFMTok.Tests.Shared;

var targets = HostileTargets.All.Append(new(ModelZipTarget.Name, ModelZipTarget.Read)).ToDictionary();
switch (args)
{
    case [var name] when targets.TryGetValue(name, out var target):
        Fuzzer.OutOfProcess.Run(stream =>
        {
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            try
            {
                target(bytes.ToArray());
            }
            catch (Exception e) when (HostileTargets.IsPromised(e))
            {
                // what users are promised
            }
        });
        return 0;
    case ["loop", var name, var folder, var seconds, ..] when targets.TryGetValue(name, out var target) && Directory.Exists(folder) && int.TryParse(seconds, out var duration) && duration > 0:
        var seed = args.Length > 4 && int.TryParse(args[4], out var given) ? given : Random.Shared.Next();
        return new FuzzLoop(name, target, folder, seed).Run(TimeSpan.FromSeconds(duration)) == 0 ? 0 : 1;
    case ["seeds", var folder]:
        SoundFiles.Write(folder);
        return 0;
    default:
        Console.Error.WriteLine($"Usage: VFMTok.Fuzz TARGET, or VFMTok.Fuzz loop TARGET CORPUS-FOLDER SECONDS [SEED], or VFMTok.Fuzz seeds FOLDER; targets are {string.Join(", ", targets.Keys)}.");
        return 2;
}
