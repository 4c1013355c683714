using System.CommandLine;
using VFMTok.Runtime;

namespace VFMTok.Cli;

/// <summary>Options that several commands share.</summary>
internal static class Options
{
    public static Option<bool> Json() => new("--json") { Description = "Machine-readable output, one JSON object per line." };
    public static Option<string> Model() => new("--model") { Description = "A zip that 'vfmtok train' or mlContext.Model.Save wrote.", Required = true };
    public static Option<string[]> Images() => new("--images") { Description = "Image files or folders.", Required = true, AllowMultipleArgumentsPerToken = true };
    public static Option<Precision> Precision() => new("--precision")
    {
        Description = "What networks compute in: float32 (exact), bfloat16 (up to twice as fast where the processor has instructions for it) or auto (default float32).",
        DefaultValueFactory = _ => Runtime.Precision.Float32,
    };

    public static Option<string> OutputFolder() => new("--output") { Description = "Folder for the pictures; made if it is missing.", Required = true };

    public static Option<Training.CodeAugmentation> Augmentation() => new("--augmentation")
    {
        Description = "Crops of each image that a generator learns from: none (the middle), flip (and its mirror image), tencrop, tencrops (at two scales) (default flip).",
        DefaultValueFactory = _ => Training.CodeAugmentation.Flip,
    };

    public static Option<int> Number(string name, string description, int value, int least, int most)
    {
        var option = new Option<int>(name) { Description = $"{description} ({least} to {most}, default {value}).", DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var given) && (given < least || given > most))
                result.AddError($"{name} is {given}; allowed are {least} to {most}");
        });
        return option;
    }

    /// <summary>Files given by name, and all images below given folders; broken ones are left out with a warning.</summary>
    public static IReadOnlyList<string> Expand(string[] given, ToolConsole console)
    {
        var found = given.SelectMany(p => Directory.Exists(p) ? Imaging.ImageFolder.Find(p) : File.Exists(p) ? [new Imaging.LabelledImage(p, "")]
            : throw new FileNotFoundException($"There is no file or folder '{p}'; check the path.")).ToArray();
        return [.. Imaging.ImageFolder.Check(found, line => console.Error.WriteLine("warning: " + line)).Select(i => i.Path)];
    }

    /// <summary>Checks training options that came from flags.</summary>
    public static void RequireUsable(Action validate)
    {
        try { validate(); }
        catch (ArgumentException e) { throw new UsageException(e.Message); }
    }

    /// <summary>Proves that a file can be written, before hours of work.</summary>
    public static void RequireFile(string path)
    {
        RequireWritable(Path.GetDirectoryName(Path.GetFullPath(path))!);
        if (Directory.Exists(path)) throw new IOException($"'{path}' is a folder; give the name of the file to write.");
    }

    /// <summary>Makes the folder and proves that it can be written.</summary>
    public static void RequireWritable(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, $".vfmtok-{Guid.NewGuid():N}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The folder '{folder}' cannot be written ({e.Message.TrimEnd('.')}); choose another one.", e);
        }
    }
}
