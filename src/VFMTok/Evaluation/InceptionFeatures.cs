using static TorchSharp.torch;

namespace VFMTok.Evaluation;

/// <summary>What <see cref="InceptionV3"/> sees in images, for the metrics of generated images (spec 10.4).</summary>
/// <param name="Pool">[B, 2048]: the last features, averaged over the image; FID, precision and recall.</param>
/// <param name="Spatial">[B, 2023]: 7 channels of a 17 x 17 layer, place by place (row, column, channel); sFID.</param>
/// <param name="Logits">[B, 1008]: scores of the classes, without the bias as in the reference; inception score.</param>
internal sealed record InceptionFeatures(Tensor Pool, Tensor Spatial, Tensor Logits);
