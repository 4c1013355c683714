using VFMTok.Imaging;

namespace VFMTok.Cli.Tests;

/// <summary>A model trained for a few steps on generated pictures, one of them broken; made once for all tests.</summary>
public sealed class TrainedModel : IDisposable
{
    public TrainedModel()
    {
        Folder = Directory.CreateTempSubdirectory("vfmtok").FullName;
        Images = Path.Combine(Folder, "images");
        foreach (var (label, shade) in new[] { ("cat", 40), ("dog", 200) })
            for (var i = 0; i < 3; i++)
            {
                Directory.CreateDirectory(Path.Combine(Images, label));
                var pixels = new byte[80 * 70 * 3];
                for (var p = 0; p < pixels.Length; p++) pixels[p] = (byte)(shade + 9 * i + p % 50);
                ImageWriter.SavePng(new RgbImage(80, 70, pixels), Path.Combine(Images, label, $"{i}.png"));
            }
        Broken = Path.Combine(Images, "cat", "broken.jpg");
        File.WriteAllText(Broken, "this is text");
        Zip = Path.Combine(Folder, "model.zip");
        Training = Run("train", "--images", Images, "--output", Zip, "--tokenizer-steps", "3", "--generator-steps", "3");
    }

    public string Folder { get; }
    public string Images { get; }
    public string Broken { get; }
    public string Zip { get; }
    internal (int Code, string Output, string Error) Training { get; }

    internal static (int Code, string Output, string Error) Run(params string[] arguments) => RunWith(null, arguments);

    internal static (int Code, string Output, string Error) RunWith(TextReader? input, params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        return (Tool.Run(arguments, output, error, input), output.ToString(), error.ToString());
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
