using VFMTok.Foundation;
using VFMTok.Imaging;

namespace VFMTok.Evaluation;

/// <summary>A vision transformer as a feature extractor: its class token, of the image resized to its side with Pillow's bicubic filter (arXiv 2306.04675).</summary>
internal sealed class FoundationExtractor : FeatureExtractor
{
    private static readonly Lazy<string> TinyHash = new(() =>
    {
        using var tiny = VfmFoundationModel.Tiny();
        return tiny.Hash;
    });

    private readonly VfmFoundationModel _model;
    private bool _isDisposed;

    public FoundationExtractor(VfmFoundationModel model)
    {
        model.AddReference();
        (_model, Name) = (model, NameOf(model));
    }

    public override string Name { get; }

    public override string Hash => _model.Hash;

    public override int Width => _model.Config.Width;

    private protected override void Fill(RgbImage[] images, ImageFeatures features, int first)
    {
        var (side, all) = (_model.ImageSize, new float[images.Length * _model.FeatureCount]);
        var pixels = RgbImage.Concatenate(Array.ConvertAll(images, i => i.Width == side && i.Height == side ? i : PillowResampling.Resize(i, side, side, ResamplingFilter.Bicubic)));
        _model.Featurize(pixels, images.Length, all);                                           // class token, then the patches' mean
        for (var i = 0; i < images.Length; i++) all.AsSpan(i * _model.FeatureCount, Width).CopyTo(features.Pooled.AsSpan((first + i) * Width));
    }

    protected override void Dispose(bool disposing)
    {
        if (_isDisposed) return;
        _isDisposed = true;
        _model.Release();
    }

    // Weights cannot prove that they are the official ones: presets are told by their sizes, others by sizes and hash.
    private static string NameOf(VfmFoundationModel model)
    {
        if (model.Hash == TinyHash.Value) return "Tiny";
        foreach (var (name, preset) in VisionTransformerConfig.Presets)
            if (name.StartsWith("dinov2_vit", StringComparison.Ordinal) && preset == model.Config)
                return $"DINOv2-{(name["dinov2_vit".Length] is 'g' ? "g" : char.ToUpperInvariant(name["dinov2_vit".Length]).ToString())}{(model.Config.Registers > 0 ? "-reg" : "")}";
        return $"ViT-{model.Config.Width}x{model.Config.Depth}-{model.Hash[..8]}";
    }
}
