using System.Globalization;
using System.Text.Json;

namespace VFMTok.Training.Reporting;

/// <summary>Something that was noted during a run.</summary>
internal readonly record struct RunNote(int Step, DateTime? Time, string Text);

/// <summary>A run as its record tells it: read back from the JSON lines, whether the run ended well, was killed, or still goes on.</summary>
internal sealed class RunHistory
{
    public const string Loss = "loss", LearningRate = "learningRate", GradientNorm = "gradientNorm", ImagesPerSecond = "imagesPerSecond", SecondsSoFar = "secondsSoFar";

    private readonly OrderedDictionary<string, Curve> _curves = [];
    private readonly List<RunNote> _notes = [];

    private RunHistory(string folder, string phase)
    {
        foreach (var (step, record) in StepLog.Read(TrainingRecord.FiguresPath(folder, phase))) AddFigures(step, record);
        if (File.Exists(TrainingRecord.NotesPath(folder, phase)))
            foreach (var (step, record) in StepLog.Read(TrainingRecord.NotesPath(folder, phase))) AddNote(step, record);
    }

    /// <summary>The figures: the loss, its terms, then what all runs have.</summary>
    public IReadOnlyList<Curve> Curves => [.. _curves.Values.OrderBy(c => c.Name == Loss ? 0 : IsCommon(c.Name) ? 2 : 1)];

    /// <summary>Starts, alerts and the end, in their order.</summary>
    public IReadOnlyList<RunNote> Notes => _notes;

    /// <summary>Options of the last start.</summary>
    public IReadOnlyDictionary<string, string> Options { get; private set; } = new Dictionary<string, string>();

    /// <summary>Final figures, if the run ended.</summary>
    public IReadOnlyDictionary<string, double> FinalFigures { get; private set; } = new Dictionary<string, double>();

    /// <summary>How the run ended; null if it was killed or still goes on.</summary>
    public string? Outcome { get; private set; }

    /// <summary>First step with figures; 0 if there is none.</summary>
    public int FirstStep { get; private set; }

    /// <summary>Last step with figures; 0 if there is none.</summary>
    public int LastStep { get; private set; }

    /// <summary>Time that the steps took, over all starts.</summary>
    public TimeSpan Duration { get; private set; }

    /// <summary>Whether a figure is no term of the loss.</summary>
    public static bool IsCommon(string name) => name is Loss or LearningRate or GradientNorm or ImagesPerSecond or SecondsSoFar;

    /// <summary>Reads the record of a phase.</summary>
    /// <exception cref="IOException">There is none, or it cannot be read.</exception>
    public static RunHistory Read(string folder, string phase) => File.Exists(TrainingRecord.FiguresPath(folder, phase))
        ? new RunHistory(folder, phase)
        : throw new FileNotFoundException($"There is no training record '{TrainingRecord.FiguresPath(folder, phase)}'; give the folder and the phase of a run that kept one.");

    private void AddFigures(int step, JsonElement record)
    {
        if (LastStep == 0) FirstStep = step;
        LastStep = step;
        foreach (var property in record.EnumerateObject())
        {
            if (property.Name == "step" || StepLog.ReadFigure(property.Value) is not { } value) continue;
            if (property.Name == SecondsSoFar)
            {
                if (double.IsFinite(value)) Duration = TimeSpan.FromSeconds(Math.Clamp(value, 0, int.MaxValue));
                continue;
            }
            if (!_curves.TryGetValue(property.Name, out var curve)) _curves.Add(property.Name, curve = new Curve(property.Name));
            curve.Add(step, value);
        }
    }

    private void AddNote(int step, JsonElement record)
    {
        var time = Text("time") is { } stamp && DateTime.TryParse(stamp, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var parsed) ? parsed : (DateTime?)null;
        if (record.TryGetProperty("options", out var options) && options.ValueKind == JsonValueKind.Object)
        {
            Options = options.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.ToString());
            Outcome = null;
            _notes.Add(new RunNote(step, time, step == 0 ? "started" : "resumed"));
        }
        if (Text("note") is { } note) _notes.Add(new RunNote(step, time, note));
        if (Text("outcome") is { } outcome)
        {
            Outcome = outcome;
            _notes.Add(new RunNote(step, time, outcome));
            if (record.TryGetProperty("figures", out var figures) && figures.ValueKind == JsonValueKind.Object)
                FinalFigures = figures.EnumerateObject().Where(p => StepLog.ReadFigure(p.Value) is not null).ToDictionary(p => p.Name, p => StepLog.ReadFigure(p.Value)!.Value);
        }

        string? Text(string name) => record.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }
}
