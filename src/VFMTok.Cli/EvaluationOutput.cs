using VFMTok.Evaluation.Reporting;

namespace VFMTok.Cli;

/// <summary>Takes the results of an evaluation: prints each with its protocol, warns of each caution once, and keeps <c>metrics.json</c> up to date.</summary>
/// <param name="console">Where to print.</param>
/// <param name="folder">Of the files.</param>
/// <param name="json">Whether to print for machines.</param>
internal sealed class EvaluationOutput(ToolConsole console, string folder, bool json)
{
    private readonly List<EvaluationResult> _results = [];
    private readonly HashSet<string> _told = [];
    private IReadOnlyList<string> _protocol = [];

    /// <summary>Where progress is shown; null = nowhere.</summary>
    public TextWriter? Progress => json ? null : console.Output;

    /// <summary>Results so far.</summary>
    public IReadOnlyList<EvaluationResult> Results => _results;

    /// <summary>Path of a file in the folder.</summary>
    public string Path(string name) => System.IO.Path.Combine(folder, name);

    /// <summary>One sentence on the error stream, unless it was there before.</summary>
    public void Warn(string sentence)
    {
        if (_told.Add(sentence)) console.Error.WriteLine("warning: " + sentence);
    }

    /// <summary>Takes a result.</summary>
    public void Add(EvaluationResult result)
    {
        _results.Add(result);
        EvaluationResult.Save(Path(EvaluateCommand.Metrics), _results);
        foreach (var caution in result.Cautions) Warn(caution);
        if (json)
        {
            console.Output.WriteLine(result.ToJson());
            return;
        }
        console.Output.WriteLine($"{result.Setting}: {FigureGuide.Line(result.Figures)}");
        var protocol = result.Protocol.Describe();
        if (_protocol.Count > 0) console.Output.WriteLine("  protocol as above, but"); // a sweep differs in a fact or two
        foreach (var fact in protocol.Except(_protocol)) console.Output.WriteLine("  " + fact);
        _protocol = protocol;
    }

    /// <summary>Says where the files are.</summary>
    public void Finish(params string[] others)
    {
        if (!json) console.Output.WriteLine($"{string.Join(", ", others.Prepend(EvaluateCommand.Metrics).Prepend(EvaluateCommand.Report))} are in {folder}.");
    }
}

/// <summary>An evaluation was cancelled after some of its settings; their figures are kept.</summary>
internal sealed class EvaluationCanceledException(string message) : OperationCanceledException(message);
