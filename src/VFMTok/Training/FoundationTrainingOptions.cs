using VFMTok.Foundation;

namespace VFMTok.Training;

/// <summary>How a small foundation model is pretrained by self-distillation. The defaults made the one that ships with the library.</summary>
public sealed class FoundationTrainingOptions : TrainingOptions
{
    /// <summary>Defaults: 2000 steps of 64 images at a peak rate of 2e-3, gradients of a norm up to 10, a teacher that follows with 0.99.</summary>
    public FoundationTrainingOptions() : base(steps: 2000, batchSize: 64, learningRate: 2e-3) => (GradientClip, AverageDecay) = (10, 0.99);

    /// <summary>Size of the network.</summary>
    /// <value>Default <see cref="VisionTransformerConfig.Tiny"/>.</value>
    public VisionTransformerConfig Config { get; set; } = VisionTransformerConfig.Tiny;
    /// <summary>Side of the images that the model sees, pixels; a multiple of the patch size.</summary>
    /// <value>Default 64.</value>
    public int ImageSize { get; set; } = 64;
    /// <summary>Side of the squares that views are cut from, pixels.</summary>
    /// <value>Default 96.</value>
    public int SourceSize { get; set; } = 96;
    /// <summary>The views of an image that are compared.</summary>
    /// <value>Default: two large and two small ones.</value>
    public MultiCropOptions Views { get; set; } = new();
    /// <summary>Divides the student's similarities.</summary>
    /// <value>Default 0.1.</value>
    public double StudentTemperature { get; set; } = 0.1;
    /// <summary>Divides the teacher's similarities; lower than the student's, which sharpens its answers.</summary>
    /// <value>Default 0.05.</value>
    public double TeacherTemperature { get; set; } = 0.05;
    /// <summary>Share of the teacher's answer in what the student has to say; the rest is the image itself.</summary>
    /// <value>Default 0.5. With 1 short runs collapse: all answers become alike.</value>
    public double TeacherShare { get; set; } = 0.5;
    /// <summary>Share of the run in which the teacher's share rises from 0: at first it knows nothing.</summary>
    /// <value>Default 0.3.</value>
    public double TeacherWarmup { get; set; } = 0.3;
    /// <summary>Weight of the prediction of hidden patches, which keeps colours and places in the features.</summary>
    /// <value>Default 0.3.</value>
    public double PixelWeight { get; set; } = 0.3;
    /// <summary>Block after which hidden patches are predicted, 0-based.</summary>
    /// <value>Default 1.</value>
    public int PixelBlock { get; set; } = 1;
    /// <summary>Share of the large views in which patches are hidden.</summary>
    /// <value>Default 0.5.</value>
    public double MaskedViews { get; set; } = 0.5;
    /// <summary>Share of their patches that is hidden.</summary>
    /// <value>Default 0.4.</value>
    public double MaskRatio { get; set; } = 0.4;
    /// <summary>Decay of the weights, on tensors of two and more dimensions only.</summary>
    /// <value>Default 0.05.</value>
    public double WeightDecay { get; set; } = 0.05;

    /// <inheritdoc/>
    public override void Validate()
    {
        Config.Validate();
        base.Validate();
        Views.Validate();
        Require(BatchSize >= 2, nameof(BatchSize), BatchSize, "2 and more: an image is told apart from others");
        Require(Accumulation == 1, nameof(Accumulation), Accumulation, "1 only: an image is told apart from all others of its batch");
        Require(AverageDecay > 0, nameof(AverageDecay), AverageDecay, "numbers above 0 and below 1: the teacher is the average of the student");
        Require(ImageSize > 0 && ImageSize % Config.PatchSize == 0, nameof(ImageSize), ImageSize, $"multiples of the patch size {Config.PatchSize}");
        Require(Views.LocalCrops == 0 || Views.LocalSize % Config.PatchSize == 0, "Views.LocalSize", Views.LocalSize, $"multiples of the patch size {Config.PatchSize}");
        Require(SourceSize is >= 8 and <= 4096, nameof(SourceSize), SourceSize, "8 to 4096");
        foreach (var (name, value) in new[] { (nameof(StudentTemperature), StudentTemperature), (nameof(TeacherTemperature), TeacherTemperature) }) Require(value is > 0 and <= 10, name, value, "numbers above 0 up to 10");
        foreach (var (name, value) in new[] { (nameof(TeacherShare), TeacherShare), (nameof(TeacherWarmup), TeacherWarmup), (nameof(MaskedViews), MaskedViews), (nameof(MaskRatio), MaskRatio) }) Require(value is >= 0 and <= 1, name, value, "0 to 1");
        Require(PixelWeight is >= 0 and <= 1000, nameof(PixelWeight), PixelWeight, "0 to 1000");
        Require(PixelBlock >= 0 && PixelBlock < Config.Depth, nameof(PixelBlock), PixelBlock, $"0 to {Config.Depth - 1}");
        Require(WeightDecay is >= 0 and <= 10, nameof(WeightDecay), WeightDecay, "0 to 10");
    }
}
