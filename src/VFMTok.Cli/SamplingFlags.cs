using System.CommandLine;
using VFMTok.Generation;
using VFMTok.Runtime;

namespace VFMTok.Cli;

/// <summary>The flags of every command that draws images: how the next token is chosen.</summary>
internal sealed class SamplingFlags
{
    private readonly Option<double> _power = new("--guidance-power") { Description = "Guidance that grows from code to code, for random-order generators: the power of its cosine; 0 = constant (default 0).", DefaultValueFactory = _ => 0 };
    private readonly Option<int> _interval = Options.Number("--interval", "Last guided step; -1 = all", -1, -1, int.MaxValue);
    private readonly Option<double> _temperature = new("--temperature") { Description = "Divides the logits (default 1).", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _topK = Options.Number("--top-k", "Only the k likeliest tokens; 0 = all", 0, 0, int.MaxValue);
    private readonly Option<double> _topP = new("--top-p") { Description = "Only the likeliest tokens up to this mass (default 1).", DefaultValueFactory = _ => 1 };
    private readonly Option<Precision> _precision = Options.Precision();
    private readonly Option<bool> _int8 = new("--int8") { Description = "Rounds the generator's weights to eight bits: on a CPU faster still, and pictures that differ a little." };

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All => [_power, _interval, _temperature, _topK, _topP, _precision, _int8];

    /// <summary>What the command line asks for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="guidance">Classifier-free guidance scale; 1 = none.</param>
    /// <exception cref="UsageException">An option is out of range.</exception>
    public SamplingOptions Settings(ParseResult parsed, double guidance)
    {
        var sampling = new SamplingOptions
        {
            GuidanceScale = guidance, GuidancePower = parsed.GetValue(_power), GuidanceInterval = parsed.GetValue(_interval), Temperature = parsed.GetValue(_temperature),
            TopK = parsed.GetValue(_topK), TopP = parsed.GetValue(_topP), Precision = parsed.GetValue(_precision), Int8Weights = parsed.GetValue(_int8),
        };
        Options.RequireUsable(sampling.Validate);
        return sampling;
    }
}
