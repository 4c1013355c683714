using VFMTok.Generation;

namespace VFMTok.ML;

/// <summary>Drawing options in a model zip.</summary>
internal static class DrawingSettings
{
    public static void Write(BinaryWriter writer, VfmGenerateOptions options)
    {
        var sampling = options.Sampling;
        writer.Write(options.Seed);
        writer.Write((int)options.UnknownLabels);
        writer.Write(sampling.GuidanceScale);
        writer.Write(sampling.GuidanceInterval);
        writer.Write(sampling.Temperature);
        writer.Write(sampling.TopK);
        writer.Write(sampling.TopP);
        writer.Write(sampling.Greedy);
    }

    public static VfmGenerateOptions Read(BinaryReader reader) => new()
    {
        Seed = reader.ReadInt64(),
        UnknownLabels = (VfmUnknownLabels)reader.ReadInt32(),
        Sampling = new SamplingOptions
        {
            GuidanceScale = reader.ReadDouble(), GuidanceInterval = reader.ReadInt32(), Temperature = reader.ReadDouble(),
            TopK = reader.ReadInt32(), TopP = reader.ReadDouble(), Greedy = reader.ReadBoolean(),
        },
    };

    /// <summary>A copy of what drawing needs: transformers do not change when the user's options object does.</summary>
    public static VfmGenerateOptions Copy(VfmGenerateOptions options) => new()
    {
        Seed = options.Seed, UnknownLabels = options.UnknownLabels, Cancellation = options.Cancellation, Sampling = Copy(options.Sampling),
    };

    private static SamplingOptions Copy(SamplingOptions options) => new()
    {
        GuidanceScale = options.GuidanceScale, GuidanceInterval = options.GuidanceInterval, Temperature = options.Temperature,
        TopK = options.TopK, TopP = options.TopP, Greedy = options.Greedy,
    };
}
