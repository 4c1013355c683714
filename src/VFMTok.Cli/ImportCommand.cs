using System.CommandLine;
using VFMTok.Generation;
using VFMTok.ML;
using VFMTok.Pretrained;
using VFMTok.Tokenizer;

namespace VFMTok.Cli;

/// <summary><c>vfmtok import</c>: official weights to the library's own files, or to a model zip.</summary>
internal static class ImportCommand
{
    private static readonly ProgressDisplay<WeightImportProgress> Display = new(p =>
        new Shown("import", p.Done, p.Total, $"{p.Name}  {Sizes.Of(p.Done)} of {Sizes.Of(p.Total)}", $"{p.Name}: {Sizes.Of(p.Done)} of {Sizes.Of(p.Total)}"));

    public static Command Create(ToolConsole console)
    {
        var foundation = new Option<string?>("--foundation") { Description = "DINOv2 weights, such as dinov2_vitl14_reg4_pretrain.pth." };
        var tokenizer = new Option<string?>("--tokenizer") { Description = "VFMTok tokenizer, such as vfmtok-tokenizer.pt; needs '--foundation'." };
        var generator = new Option<string?>("--generator") { Description = "GPT or RAR, such as GPT-L.pt; needs '--tokenizer' or '--tokenizer-hash'." };
        var perceptual = new Option<string[]>("--perceptual") { Description = "LPIPS: VGG-16 and the linear heads (vgg16-397923af.pth vgg.pth), or one file with both.", AllowMultipleArgumentsPerToken = true };
        var dino = new Option<string?>("--dino") { Description = "DINO ViT-S/16 for the discriminator: dino_deitsmall16_pretrain.pth." };
        var inception = new Option<string?>("--inception") { Description = "Inception-v3 for the Frechet distance: pt_inception-2015-12-05-6726825d.pth." };
        var output = new Option<string>("--output") { Description = "Folder for safetensors files, or a '.zip': a model of tokenizer and generator for mlContext.Model.Load.", Required = true };
        var classes = new Option<string?>("--class-names") { Description = "Text file with the name of each class of the generator, one a line (default 0, 1, ...)." };
        var hash = new Option<string?>("--tokenizer-hash") { Description = "Hash of the generator's tokenizer, if that was imported before ('vfmtok inspect' shows it)." };
        var size = Options.Number("--image-size", "Side of the images that the foundation model sees on its own, pixels", new WeightImportOptions().FoundationImageSize, 1, 8192);
        var sha = new Option<string[]>("--sha256") { Description = "SHA-256 that a file must have: FILE=HASH, or HASH alone if there is one file.", AllowMultipleArgumentsPerToken = true };
        var broken = new Option<bool>("--allow-non-finite") { Description = "Take over NaN and infinite numbers. The result can be inspected; it cannot be loaded as a model." };
        var json = Options.Json();
        var command = new Command("import", "Brings official weights into the library's form. No file is executed; PyTorch's and safetensors files are told by their bytes." + Environment.NewLine +
            "Example: vfmtok import --foundation dinov2_vitl14_reg4_pretrain.pth --tokenizer vfmtok-tokenizer.pt --generator GPT-L.pt --output model.zip")
            { foundation, tokenizer, generator, perceptual, dino, inception, output, classes, hash, size, sha, broken, json };
        command.SetAction(parsed =>
        {
            var options = new WeightImportOptions
            {
                Foundation = parsed.GetValue(foundation), Tokenizer = parsed.GetValue(tokenizer), Generator = parsed.GetValue(generator), PerceptualLoss = parsed.GetValue(perceptual) ?? [],
                Dino = parsed.GetValue(dino), Inception = parsed.GetValue(inception), TokenizerHash = parsed.GetValue(hash), FoundationImageSize = parsed.GetValue(size), AllowNonFinite = parsed.GetValue(broken),
                ClassNames = parsed.GetValue(classes) is { } file ? ReadNames(file) : null,
            };
            options.Sha256 = Hashes(parsed.GetValue(sha) ?? [], [.. options.Files]);
            Options.RequireUsable(options.Validate);
            var path = parsed.GetValue(output)!;
            var isZip = path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase);
            if (isZip && (options.Tokenizer is null || options.Files.Except(new[] { options.Foundation, options.Tokenizer, options.Generator }.OfType<string>()).Any() || options.AllowNonFinite))
                throw new UsageException("A zip holds a tokenizer and, if given, its generator; give a folder as '--output' for anything else.");
            if (isZip) Options.RequireFile(path);
            else Options.RequireWritable(path);
            using var interruption = new Interruption();
            options.IsFoundationWritten = !isZip;
            var folder = isZip ? Path.GetFullPath(path) + $".{Guid.NewGuid():N}" : path; // beside the zip: there is room for gigabytes
            try
            {
                IReadOnlyList<ImportedNetwork> imported = [];
                Display.Run(parsed.GetValue(json) ? null : console.Output, progress => imported = WeightImport.Import(options, folder, progress, interruption.Token));
                if (isZip) SaveZip(console, imported, path);
                foreach (var network in imported) Show(network, isZip ? path : network.Path, parsed.GetValue(json), console);
            }
            finally
            {
                if (isZip && Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            }
            return Tool.Done;
        });
        return command;
    }

    private static void SaveZip(ToolConsole console, IReadOnlyList<ImportedNetwork> imported, string path)
    {
        string? PathOf(NetworkKind kind) => imported.FirstOrDefault(i => i.Kind == kind)?.Path;
        using var tokenizer = VfmTokenizerModel.Load(PathOf(NetworkKind.Tokenizer)!);
        using var generator = PathOf(NetworkKind.Generator) is { } file ? VfmGeneratorModel.Load(file) : null;
        VfmModelZip.Save(console.Context(), path, tokenizer, generator);
    }

    private static void Show(ImportedNetwork network, string path, bool json, ToolConsole console)
    {
        if (json) console.Json(new { output = path, kind = network.Kind.ToString(), name = network.Name, hash = network.Hash, parameters = network.ParameterCount, source = network.Source });
        else console.Output.WriteLine($"{path}: {network.Name} ({network.ParameterCount:n0} numbers, from {network.Source}), hash {network.Hash}.");
    }

    private static string[] ReadNames(string path) =>
        File.Exists(path) ? [.. File.ReadLines(path).Select(l => l.Trim()).Where(l => l.Length > 0)] : throw new FileNotFoundException($"There is no file '{path}'; check the path.", path);

    private static Dictionary<string, string> Hashes(string[] given, string[] files)
    {
        var hashes = new Dictionary<string, string>();
        foreach (var text in given)
        {
            var at = text.LastIndexOf('=');
            if (at < 0 && files.Length != 1) throw new UsageException($"--sha256 is '{text}' and there are {files.Length} files; give FILE=HASH.");
            hashes[at < 0 ? files[0] : text[..at]] = text[(at + 1)..];
        }
        return hashes;
    }
}
