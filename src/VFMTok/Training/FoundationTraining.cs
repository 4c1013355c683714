using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Foundation;
using VFMTok.Imaging;
using VFMTok.Runtime;
using VFMTok.Training.Losses;
using static TorchSharp.torch;

namespace VFMTok.Training;

/// <summary>One run of a foundation model: a student that learns, a teacher that is its moving average, and the views that both see (arXiv 2104.14294).</summary>
internal sealed class FoundationTraining : ITrainable, IDisposable
{
    private const int StandardiseImages = 512;

    private readonly FoundationTrainingOptions _options;
    private readonly VisionTransformer _student, _teacher;
    private readonly LinearLayer _pixels;
    private readonly TrainingBatches _batches;
    private readonly MultiCrop _views;
    private readonly Device _device;
    private readonly AdamW _optimizer;
    private readonly ScalarType _type;
    private readonly DisposeScope _scope = NewDisposeScope();

    /// <param name="options">Validated.</param>
    /// <param name="student">On its device; the caller's. Handed out with the teacher's weights.</param>
    /// <param name="fingerprint">Of the images.</param>
    /// <param name="batches">Squares of the options' source size; the caller's.</param>
    /// <param name="device">Where it runs.</param>
    public FoundationTraining(FoundationTrainingOptions options, VisionTransformer student, string fingerprint, TrainingBatches batches, Device device)
    {
        (_options, _student, _batches, _device) = (options, student, batches, device);
        (_views, _type) = (new MultiCrop(options.Views, options.ImageSize), MixedPrecision.TypeOf(options.Precision, device));
        (_teacher, _pixels) = SeededDraws.Run(RowSeeds.Combine(options.Seed, -1), () => (new VisionTransformer(options.Config), Weights.Linear(options.Config.Width, options.Config.PatchSize * options.Config.PatchSize * 3)));
        _teacher.to(device);
        _pixels.to(device);
        _optimizer = new AdamW(Named(student).Concat(_pixels.named_parameters().Select(p => ("pixels." + p.name, p.parameter))), options.WeightDecay, options.AverageDecay);
        _optimizer.AttachAverage(Named(_teacher));
        Identity = RunIdentity.Of(options, ("Images", fingerprint));
        State = [.. Named(student).Select(p => ("model." + p.Name, (Tensor)p.Parameter)), .. _pixels.named_parameters().Select(p => ("model.pixels." + p.name, (Tensor)p.parameter)),
            .. _optimizer.State.Select(t => ("optimizer." + t.Name, t.Tensor))];
    }

    public string Phase => "foundation";

    public string Identity { get; }

    public IReadOnlyList<(string Name, Tensor Tensor)> State { get; }

    public void Start() { } // the start values are all that there is

    public StepResult Step(int step, double rate)
    {
        var (large, small) = Draw(_batches.Take(step), step);
        using var scope = NewDisposeScope();
        int batch = _options.BatchSize, locals = _options.Views.LocalCrops, grid = _options.ImageSize / _options.Config.PatchSize;
        var images = Pixels.ToImages(large, 2 * batch, _options.ImageSize, _device);                                        // [2B, 3, S, S], view by view
        var seen = FoundationInput.Normalise(images);
        var hidden = SeededDraws.Run(RowSeeds.Combine(_options.Seed, step), _device, () => SeededDraws.Uniform(_device, 2 * batch, grid * grid).Below(_options.MaskRatio)
            .logical_and(SeededDraws.Uniform(_device, 2 * batch, 1).Below(_options.MaskedViews)));                          // [2B, N]
        var (directions, taught, middle) = MixedPrecision.Run(_type, () =>
        {
            var (patches, tokens) = _student.TokensAndPatches(seen, _options.PixelBlock, hidden);                           // [2B, N, C], [2B, 1 + R + N, C]
            var views = SelfDistillationLoss.Directions(Feature(_student, tokens).reshape(2, batch, -1));                   // [2, B, 2C]
            if (locals > 0)
            {
                var tokensOfSmall = _student.Tokens(FoundationInput.Normalise(Pixels.ToImages(small, locals * batch, _options.Views.LocalSize, _device)));
                views = cat([views, SelfDistillationLoss.Directions(Feature(_student, tokensOfSmall).reshape(locals, batch, -1))]); // [2 + L, B, 2C]
            }
            using var noGradient = no_grad();
            return (views, SelfDistillationLoss.Directions(Feature(_teacher, _teacher.Tokens(seen)).reshape(2, batch, -1)), patches);
        });
        var share = _options.TeacherShare * Math.Min(1, step / Math.Max(1, _options.TeacherWarmup * _options.Steps));
        var alike = SelfDistillationLoss.Compute(directions, taught, _options.StudentTemperature, _options.TeacherTemperature, share);
        var pixel = HiddenPatchLoss.Compute(_pixels.call(middle), images, hidden);
        var loss = alike.Plus(pixel.Times(_options.PixelWeight));
        loss.backward();
        var norm = _optimizer.Step(rate, _options.GradientClip);
        var found = taught[0].mm(taught[1].t()).argmax(1).eq(Pixels.ToIndices([.. Enumerable.Range(0, batch)], [batch], _device)).to(ScalarType.Float32).mean(); // [B]: the teacher finds the other view of an image among those of all images
        return new StepResult(loss.item<float>(), new() { ["distillation"] = alike.item<float>(), ["pixel"] = pixel.item<float>(), ["found"] = found.item<float>() }, norm);
    }

    /// <summary>Hands out the teacher, with features that are centred and of deviation one.</summary>
    public void UseAverage()
    {
        _optimizer.UseAverage();
        Standardise();
    }

    public RgbImage? Picture() => null;

    public void Dispose()
    {
        _optimizer.Dispose();
        _teacher.Dispose();
        _pixels.Dispose();
        _scope.Dispose();
    }

    // The objective compares centred directions, so it does not see what all features have in common: that grows until features of different images are almost the same (mean cosine 0.97 measured), and a tokenizer
    // finds nothing to read in them. The final norm takes it away.
    private void Standardise()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var features = new List<Tensor>();
        for (var step = 0; step * _options.BatchSize < StandardiseImages; step++)
        {
            using var inner = NewDisposeScope();
            var bytes = Squares(_batches.Take(step)).SelectMany(i => PillowResampling.Resize(i, _options.ImageSize, _options.ImageSize, ResamplingFilter.Bicubic).Pixels).ToArray();
            var seen = FoundationInput.Normalise(Pixels.ToImages(bytes, _options.BatchSize, _options.ImageSize, _device));
            features.Add(_student.Patches(_student.Tokens(seen)).flatten(0, 1).MoveToOuterDisposeScope());                  // [B * N, C]
        }
        _student.Standardise(cat(features.ToArray()));
    }

    private static Tensor Feature(VisionTransformer network, Tensor tokens) => SelfDistillationLoss.Feature(tokens.select(1, 0), network.Patches(tokens));

    private static IEnumerable<(string Name, Parameter Parameter)> Named(VisionTransformer network) => network.named_parameters().Select(p => (VisionTransformer.Names.ToOfficial(p.name), p.parameter));

    private RgbImage[] Squares(byte[] rgb)
    {
        var (size, bytes) = (_options.SourceSize, _options.SourceSize * _options.SourceSize * 3);
        return [.. Enumerable.Range(0, _options.BatchSize).Select(i => new RgbImage(size, size, rgb.AsSpan(i * bytes, bytes).ToArray()))];
    }

    private (byte[] Large, byte[] Small) Draw(byte[] squares, int step)
    {
        var images = Squares(squares);
        return _views.Draw(images, [.. Enumerable.Range(0, images.Length).Select(i => EpochOrder.HashCode(RowSeeds.Combine(_options.Seed, -2), (long)step * images.Length + i))]);
    }
}
