namespace VFMTok.Evaluation;

/// <summary>What a <see cref="FeatureExtractor"/> sees in images, one image after the other.</summary>
/// <param name="Pooled">Width numbers per image.</param>
/// <param name="Spatial">SpatialWidth numbers per image.</param>
/// <param name="Logits">A number per image and class.</param>
public sealed record ImageFeatures(float[] Pooled, float[] Spatial, float[] Logits);
