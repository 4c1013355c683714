using System.Diagnostics;

namespace VFMTok.Training;

/// <summary>Turns numbers of images into <see cref="TrainingProgress"/>.</summary>
internal sealed class EncodingProgress(IProgress<TrainingProgress>? progress, int total)
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private int _done;

    public void Report(int images)
    {
        _done += images;
        var speed = _done / Math.Max(_watch.Elapsed.TotalSeconds, 1e-6);
        progress?.Report(new TrainingProgress(CodeEncoder.Phase, _done, total, double.NaN, new Dictionary<string, double>(), speed, TimeSpan.FromSeconds((total - _done) / speed)));
    }
}
