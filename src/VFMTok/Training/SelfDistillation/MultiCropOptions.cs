namespace VFMTok.Training;

/// <summary>The views of an image that self-distillation compares (multi-crop, arXiv 2006.09882): two large ones and several small ones, each with colours of its own.</summary>
public sealed class MultiCropOptions
{
    /// <summary>Small views per image; 0 = none.</summary>
    /// <value>Default 2.</value>
    public int LocalCrops { get; set; } = 2;
    /// <summary>Side of the small views, pixels; a multiple of the patch size.</summary>
    /// <value>Default 32.</value>
    public int LocalSize { get; set; } = 32;
    /// <summary>Smallest share of the image's area in a large view; the largest is all of it.</summary>
    /// <value>Default 0.5.</value>
    public double GlobalScale { get; set; } = 0.5;
    /// <summary>Smallest share of the image's area in a small view; the largest is <see cref="GlobalScale"/>.</summary>
    /// <value>Default 0.15.</value>
    public double LocalScale { get; set; } = 0.15;
    /// <summary>Share of the views that are mirrored.</summary>
    /// <value>Default 0.5.</value>
    public double Flip { get; set; } = 0.5;
    /// <summary>Share of the views whose colours change.</summary>
    /// <value>Default 0.9.</value>
    public double Jitter { get; set; } = 0.9;
    /// <summary>Largest change of brightness, contrast and saturation, as a factor: 0.6 means 0.4 to 1.6.</summary>
    /// <value>Default 0.6.</value>
    public double JitterStrength { get; set; } = 0.6;
    /// <summary>Largest turn of the hues, 0.5 = any.</summary>
    /// <value>Default 0.5: shape, not colour, is what views have in common.</value>
    public double HueTurn { get; set; } = 0.5;
    /// <summary>Share of the views without colour.</summary>
    /// <value>Default 0.2.</value>
    public double Grayscale { get; set; } = 0.2;
    /// <summary>Share of the views whose colours are inverted.</summary>
    /// <value>Default 0.3.</value>
    public double Invert { get; set; } = 0.3;
    /// <summary>Share of the views that are blurred.</summary>
    /// <value>Default 0.3.</value>
    public double Blur { get; set; } = 0.3;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        if (LocalCrops is < 0 or > 64) throw new ArgumentException($"LocalCrops is {LocalCrops}; allowed are 0 to 64.");
        if (LocalSize is < 8 or > 1024) throw new ArgumentException($"LocalSize is {LocalSize}; allowed are 8 to 1024 pixels.");
        foreach (var (name, scale) in new[] { (nameof(GlobalScale), GlobalScale), (nameof(LocalScale), LocalScale) })
            if (!(scale is > 0 and <= 1)) throw new ArgumentException($"{name} is {scale}; allowed are numbers above 0 up to 1.");
        if (LocalScale > GlobalScale) throw new ArgumentException($"LocalScale is {LocalScale}, more than GlobalScale {GlobalScale}; small views show less than large ones.");
        foreach (var (name, share) in new[] { (nameof(Flip), Flip), (nameof(Jitter), Jitter), (nameof(JitterStrength), JitterStrength), (nameof(Grayscale), Grayscale), (nameof(Invert), Invert), (nameof(Blur), Blur) })
            if (!(share is >= 0 and <= 1)) throw new ArgumentException($"{name} is {share}; allowed are 0 to 1.");
        if (!(HueTurn is >= 0 and <= 0.5)) throw new ArgumentException($"HueTurn is {HueTurn}; allowed are 0 to 0.5.");
    }
}
