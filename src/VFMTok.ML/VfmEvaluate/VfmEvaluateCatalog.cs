using VFMTok.Evaluation;
using VFMTok.ML;

namespace Microsoft.ML;

/// <summary>Measures of tokenizers and generators on <see cref="MLContext"/>, in the manner of ML.NET's <c>Evaluate</c>: data in, figures out, with the protocol that they depend on.</summary>
/// <remarks>Data are read once, row by row and with the needed columns active only; memory does not grow with the rows but for the features of precision and recall. Figures do not depend on the batch sizes of the steps before.</remarks>
public static class VfmEvaluateCatalog
{
    /// <summary>Measures how close reconstructions are to their originals: PSNR, SSIM, and on demand LPIPS, the Frechet distance of the two sets and the use of the codebook (spec 10.2).</summary>
    /// <param name="mlContext">The context; cautions go to its log as warnings.</param>
    /// <param name="data">Rows. Those without either image are left out and counted.</param>
    /// <param name="originalColumnName">Image column, or Text column of file paths. Where the size is not that of the reconstruction the middle is cut out, as <c>VfmTokenize</c> does.</param>
    /// <param name="reconstructionColumnName">Image column, as <c>VfmDetokenize</c> makes it.</param>
    /// <param name="tokensColumnName">Tokens column, for the codebook's usage and perplexity; null = not measured.</param>
    /// <param name="options">Default: PSNR and SSIM alone.</param>
    /// <exception cref="ArgumentException">A column is missing or has the wrong type; or no row has images; or a row has one alone, or images that cannot be compared.</exception>
    /// <example>
    /// <code>
    /// var described = tokenizer.Append(ml.Transforms.VfmDetokenize("Reconstruction", "Tokens")).Fit(data).Transform(data);
    /// var metrics = ml.VfmEvaluateReconstruction(described, "Path", "Reconstruction", "Tokens");
    /// Console.WriteLine($"{metrics.Metrics.PsnrDb:F1} dB, {metrics.Metrics.CodebookUsage:P0} of the codes are used");
    /// </code>
    /// </example>
    public static VfmReconstructionMetrics VfmEvaluateReconstruction(this MLContext mlContext, IDataView data, string originalColumnName = "Image", string reconstructionColumnName = "Reconstruction",
        string? tokensColumnName = null, VfmReconstructionEvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        ArgumentNullException.ThrowIfNull(data);
        return ReconstructionEvaluation.Run(mlContext, data, originalColumnName, reconstructionColumnName, tokensColumnName, options ?? new());
    }

    /// <summary>Measures how far generated images are from real ones: Frechet distance, precision and recall, and with Inception-v3 sFID and inception score (spec 10.3 and 10.4).</summary>
    /// <param name="mlContext">The context; cautions go to its log as warnings.</param>
    /// <param name="samples">Rows of samples. Those without an image are left out and counted.</param>
    /// <param name="references">Rows of real images.</param>
    /// <param name="sampleColumnName">Image column, as <c>VfmClassToImage</c> makes it, or Text column of file paths.</param>
    /// <param name="referenceColumnName">Image column, or Text column of file paths. Without <see cref="VfmGenerationEvaluationOptions.ImageSize"/> images are cut to the size of the samples.</param>
    /// <param name="options">Default: the features of the tiny foundation model, whose distance is called FD-Tiny.</param>
    /// <exception cref="ArgumentException">A column is missing, has the wrong type or holds no image, or images of several sizes.</exception>
    /// <exception cref="InvalidOperationException">There is one sample or one reference alone.</exception>
    /// <example>
    /// <code>
    /// var metrics = ml.VfmEvaluateGeneration(model.Transform(labels), photos, "Sample", "Path");
    /// Console.WriteLine($"{metrics.Metrics.DistanceName} {metrics.Metrics.Distance.Value:F1}");
    /// </code>
    /// </example>
    public static VfmGenerationMetrics VfmEvaluateGeneration(this MLContext mlContext, IDataView samples, IDataView references, string sampleColumnName = "Sample", string referenceColumnName = "Image",
        VfmGenerationEvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(references);
        return GenerationEvaluation.Run(mlContext, samples, references, sampleColumnName, referenceColumnName, options ?? new());
    }

    /// <summary>Measures how far generated images are from a reference that was made before.</summary>
    /// <param name="mlContext">The context; cautions go to its log as warnings.</param>
    /// <param name="samples">Rows of samples. Those without an image are left out and counted.</param>
    /// <param name="reference">From <see cref="VfmImageStatistics"/>, or a file (<see cref="ReferenceStatistics.Load"/>); of the same network.</param>
    /// <param name="sampleColumnName">Image column, as <c>VfmClassToImage</c> makes it, or Text column of file paths.</param>
    /// <param name="options">Default: the features of the tiny foundation model, whose distance is called FD-Tiny.</param>
    /// <exception cref="ArgumentException">The column is missing, has the wrong type or holds no image, or images of several sizes; or the reference is another network's.</exception>
    /// <exception cref="InvalidOperationException">There is one sample alone.</exception>
    /// <example>
    /// <code>
    /// using var inception = FeatureExtractor.Inception("inception.safetensors");
    /// var options = new VfmGenerationEvaluationOptions { Extractor = inception, ImageSize = 256 };
    /// var imageNet = ReferenceStatistics.Load("VIRTUAL_imagenet256_labeled.npz", inception);
    /// Console.WriteLine(ml.VfmEvaluateGeneration(model.Transform(labels), imageNet, "Sample", options));
    /// </code>
    /// </example>
    public static VfmGenerationMetrics VfmEvaluateGeneration(this MLContext mlContext, IDataView samples, ReferenceStatistics reference, string sampleColumnName = "Sample",
        VfmGenerationEvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(reference);
        return GenerationEvaluation.Run(mlContext, samples, reference, sampleColumnName, options ?? new());
    }

    /// <summary>Makes a reference of images, for any number of evaluations against it.</summary>
    /// <param name="mlContext">The context; cautions go to its log as warnings.</param>
    /// <param name="data">Rows of real images. Those without one are left out.</param>
    /// <param name="columnName">Image column, or Text column of file paths.</param>
    /// <param name="options">Default: images as they are, and the features of the tiny foundation model. Evaluate with the same options.</param>
    /// <returns>The reference; <see cref="ReferenceStatistics.Save"/> keeps it in a file.</returns>
    /// <exception cref="ArgumentException">The column is missing, has the wrong type or holds no image, or images of several sizes.</exception>
    /// <exception cref="InvalidOperationException">There is one image alone.</exception>
    /// <example>
    /// <code>
    /// ml.VfmImageStatistics(photos, "Path", new VfmGenerationEvaluationOptions { ImageSize = 64 }).Save("photos.npz");
    /// </code>
    /// </example>
    public static ReferenceStatistics VfmImageStatistics(this MLContext mlContext, IDataView data, string columnName = "Image", VfmGenerationEvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        ArgumentNullException.ThrowIfNull(data);
        return GenerationEvaluation.Statistics(mlContext, data, columnName, options ?? new());
    }
}
