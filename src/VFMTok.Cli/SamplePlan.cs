using System.CommandLine;
using System.Globalization;
using VFMTok.Evaluation;
using VFMTok.Generation;
using VFMTok.ML;
using VFMTok.ML.Models;

namespace VFMTok.Cli;

/// <summary>Samples of one setting.</summary>
/// <param name="Name">What tells the setting from the others, such as "guidance 1.5".</param>
/// <param name="Guidance">Guidance scale; null = nothing is drawn.</param>
/// <param name="Source">The images.</param>
/// <param name="Protocol">Completes the protocol.</param>
internal sealed record SampleSetting(string Name, double? Guidance, ImageSource Source, Func<EvaluationProtocol, EvaluationProtocol> Protocol)
{
    /// <summary>Name for files of this setting.</summary>
    public string FileName => Guidance is { } scale ? $"samples-{scale.ToString(CultureInfo.InvariantCulture)}" : "samples";
}

/// <summary>Which samples an evaluation looks at: those of a generator, with each guidance scale, or samples that exist.</summary>
internal sealed class SamplePlan : IDisposable
{
    private readonly IDisposable _owner;

    private SamplePlan(IDisposable owner, string name, IReadOnlyList<SampleSetting> settings) => (_owner, Name, Settings) = (owner, name, settings);

    /// <summary>Name of the model or of the samples.</summary>
    public string Name { get; }

    /// <summary>One at least.</summary>
    public IReadOnlyList<SampleSetting> Settings { get; }

    /// <summary>How samples were cut, in the words of a protocol; null = not at all.</summary>
    public string? Crop { get; private init; }

    /// <summary>Class of each sample if samples are to be kept; null = they are not.</summary>
    public long[]? Kept { get; private init; }

    /// <summary>Samples that exist.</summary>
    /// <param name="path">A folder or an <c>.npz</c>.</param>
    /// <param name="side">Side of a center crop; 0 = none.</param>
    /// <param name="warn">Gets a sentence for each broken image.</param>
    public static SamplePlan OfSamples(string path, int side, Action<string> warn)
    {
        var source = ImageSource.Open(path, side, warn);
        return new SamplePlan(source, source.Name, [new SampleSetting("samples", null, source, p => p with { ClassBalance = "as in the samples" })])
            { Crop = side > 0 ? EvaluateCommand.CenterCrop(side) : null };
    }

    /// <summary>Samples of a generator.</summary>
    /// <param name="console">Makes the context of the zip.</param>
    /// <param name="path">The zip.</param>
    /// <param name="gpu">Index of the GPU; null = the CPU.</param>
    /// <param name="side">Side of the samples; 0 = the tokenizer's.</param>
    /// <param name="flags">How they are drawn.</param>
    /// <param name="parsed">The command line.</param>
    public static SamplePlan OfModel(ToolConsole console, string path, int? gpu, int side, DrawingFlags flags, ParseResult parsed)
    {
        var zip = VfmModelZip.Load(console.Context(gpu: gpu), path);
        try
        {
            var tokenizer = TokenizeCommand.Require(zip, path);
            var generator = zip.Generator ?? throw new InvalidDataException($"'{path}' holds no generator; give a model that 'vfmtok train' wrote.");
            ModelPair.Require(generator, tokenizer);
            var (labels, balance) = flags.Labels(parsed, generator.ClassNames);
            return new SamplePlan(zip, Path.GetFileName(path), [.. flags.Settings(parsed).Select(Setting)]) { Kept = flags.IsSaved(parsed) ? [.. labels.Select(l => (long)l)] : null };

            SampleSetting Setting(SamplingOptions sampling)
            {
                Options.RequireUsable(() => sampling.Validate(generator.Config));
                var images = new DrawnImages(Path.GetFileName(path), generator, tokenizer, labels, flags.Seed(parsed), sampling, side > 0 ? side : tokenizer.Config.ImageSize);
                return new SampleSetting($"guidance {sampling.GuidanceScale.ToString(CultureInfo.InvariantCulture)}", sampling.GuidanceScale, images, p => p.Drawn(sampling) with
                    { Seed = flags.Seed(parsed), ClassBalance = balance, Resize = images.Resize, TokenizerHash = tokenizer.Hash, GeneratorHash = generator.Hash });
            }
        }
        catch
        {
            zip.Dispose();
            throw;
        }
    }

    public void Dispose() => _owner.Dispose();
}
