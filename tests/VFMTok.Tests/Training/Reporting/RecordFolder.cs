using VFMTok.Imaging;
using VFMTok.Training;

namespace VFMTok.Tests.Training.Reporting;

/// <summary>A folder for records that goes away, and made-up progress to fill them.</summary>
public abstract class RecordFolder : IDisposable
{
    protected string Folder { get; } = Directory.CreateTempSubdirectory("vfmtok").FullName;

    protected string At(string name) => Path.Combine(Folder, name);

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected static TrainingProgress Progress(int step, double? loss = null, params (string Name, double Value)[] terms) =>
        new("tokenizer", step, 100, loss ?? 1.0 / step, terms.Length == 0 ? new Dictionary<string, double> { ["pixel"] = 0.5 / step, ["usage"] = 0.25 } : terms.ToDictionary(t => t.Name, t => t.Value), 12.5, TimeSpan.FromSeconds(100 - step));

    protected static RgbImage Flat(int width, int height, byte value) => new(width, height, [.. Enumerable.Repeat(value, width * height * 3)]);
}
