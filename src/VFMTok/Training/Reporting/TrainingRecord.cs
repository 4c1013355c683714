using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using VFMTok.Imaging;

namespace VFMTok.Training.Reporting;

/// <summary>What a training run leaves for people to see. A record that cannot be written ends with one warning; it never ends the training.</summary>
/// <remarks>
/// Below the folder, for a phase such as <c>tokenizer</c>:
/// <list type="table">
/// <item><term>tokenizer.jsonl</term><description>figures, one JSON object a line: step, loss, every term, learningRate, gradientNorm, imagesPerSecond, secondsSoFar (see <see cref="StepLog"/>)</description></item>
/// <item><term>tokenizer-notes.jsonl</term><description>starts with the options, alerts, and how it ended</description></item>
/// <item><term>tokenizer-report.html</term><description>all of it to look at, written at the end (<see cref="TrainingReport"/>)</description></item>
/// <item><term>events/tokenizer/</term><description>the figures and pictures for TensorBoard (<see cref="TensorBoardEvents"/>)</description></item>
/// <item><term>pictures/tokenizer-0000500.png</term><description>pictures by step (<see cref="PictureFolder"/>)</description></item>
/// </list>
/// A run that is resumed drops what its record says about later steps and goes on; one that starts at step 0 replaces the record. For one thread at a time.
/// </remarks>
internal sealed class TrainingRecord : IDisposable
{
    private readonly string _folder, _phase;
    private readonly Action<string>? _warn;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private StepLog? _figures, _notes;
    private TensorBoardEvents? _events;
    private PictureFolder? _pictures;
    private double _secondsBefore;
    private int _step;
    private bool _ended;

    /// <summary>Begins a record, or goes on with one.</summary>
    /// <param name="folder">Where to; made if it is missing.</param>
    /// <param name="phase">What is trained; names the files.</param>
    /// <param name="resumeStep">Steps done; 0 for a run that starts.</param>
    /// <param name="options">How it is trained, for the report (<see cref="RunOptions.Describe"/>).</param>
    /// <param name="warn">Told once, in a sentence, if the record cannot be written.</param>
    public TrainingRecord(string folder, string phase, int resumeStep, IReadOnlyDictionary<string, string>? options = null, Action<string>? warn = null)
    {
        (_folder, _phase, _step, _warn) = (folder, phase, resumeStep, warn);
        Try(() =>
        {
            Directory.CreateDirectory(folder);
            if (resumeStep == 0) File.Delete(ReportPath(folder, phase));
            _figures = new StepLog(FiguresPath(folder, phase), resumeStep);
            _notes = new StepLog(NotesPath(folder, phase), resumeStep);
            _pictures = new PictureFolder(folder, phase, resumeStep);
            _events = new TensorBoardEvents(Path.Combine(folder, "events", phase), resumeStep);
            if (_figures.LastKept.ValueKind == JsonValueKind.Object && _figures.LastKept.TryGetProperty("secondsSoFar", out var seconds)) _secondsBefore = StepLog.ReadFigure(seconds) ?? 0;
            AppendNote(json =>
            {
                json.WriteStartObject("options");
                foreach (var (name, value) in options ?? new Dictionary<string, string>()) json.WriteString(name, value);
                json.WriteEndObject();
            });
        });
    }

    /// <summary>Records a step, or every so many: as the caller likes.</summary>
    /// <param name="progress">Its figures. A term that has the name of another figure is left out.</param>
    /// <param name="learningRate">Of this step.</param>
    /// <param name="gradientNorm">Before clipping.</param>
    public void Write(TrainingProgress progress, double learningRate, double gradientNorm) => Try(() =>
    {
        _step = progress.Step;
        var figures = new OrderedDictionary<string, double> { ["loss"] = progress.Loss };
        foreach (var (name, value) in progress.Terms)
            if (name != "step" && !RunHistory.IsCommon(name)) figures[name] = value;
        (figures[RunHistory.LearningRate], figures[RunHistory.GradientNorm], figures[RunHistory.ImagesPerSecond]) = (learningRate, gradientNorm, progress.ImagesPerSecond);
        _figures!.Append(progress.Step, json =>
        {
            foreach (var (name, value) in figures) StepLog.WriteFigure(json, name, value);
            json.WriteNumber(RunHistory.SecondsSoFar, Math.Round(_secondsBefore + _watch.Elapsed.TotalSeconds, 3));
        });
        _events!.Scalars(progress.Step, figures);
    });

    /// <summary>Keeps a picture.</summary>
    public void Picture(int step, RgbImage grid) => Try(() => _events!.Picture(step, grid, File.ReadAllBytes(_pictures!.Add(step, grid))));

    /// <summary>Keeps an alert or a remark.</summary>
    public void Note(int step, string text) => Try(() =>
    {
        _step = Math.Max(step, _step);
        AppendNote(json => json.WriteString("note", text), step);
    });

    /// <summary>Ends the record and writes the report.</summary>
    /// <param name="outcome">How the run ended: <c>finished</c>, <c>cancelled</c>, ...</param>
    /// <param name="figures">Final figures beyond those of the last step, such as the PSNR of held-out images.</param>
    public void Finish(string outcome = "finished", IReadOnlyDictionary<string, double>? figures = null) => Try(() =>
    {
        AppendNote(json =>
        {
            json.WriteString("outcome", outcome);
            json.WriteStartObject("figures");
            foreach (var (name, value) in figures ?? new Dictionary<string, double>()) StepLog.WriteFigure(json, name, value);
            json.WriteEndObject();
        });
        TrainingReport.Write(_folder, _phase);
    });

    public void Dispose()
    {
        _ended = true;
        _figures?.Dispose();
        _notes?.Dispose();
        _events?.Dispose();
    }

    internal static string FiguresPath(string folder, string phase) => Path.Combine(folder, phase + ".jsonl");

    internal static string NotesPath(string folder, string phase) => Path.Combine(folder, phase + "-notes.jsonl");

    internal static string ReportPath(string folder, string phase) => Path.Combine(folder, phase + "-report.html");

    private void AppendNote(Action<Utf8JsonWriter> fill, int? step = null) => _notes!.Append(step ?? _step, json =>
    {
        json.WriteString("time", DateTime.UtcNow.ToString("s", CultureInfo.InvariantCulture) + "Z");
        fill(json);
    });

    private void Try(Action write)
    {
        if (_ended) return;
        try
        {
            write();
        }
        catch (Exception e) // of whatever kind: no training run may end because the record of it cannot be written
        {
            Dispose();
            var reason = (e is IOException && e.InnerException is { } cause ? cause : e).Message.ReplaceLineEndings(" ").TrimEnd('.');
            _warn?.Invoke($"The record of the training in '{_folder}' cannot be written ({reason}); the training goes on without it.");
        }
    }
}
