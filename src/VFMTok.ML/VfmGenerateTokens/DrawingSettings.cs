using VFMTok.Generation;
using VFMTok.ML.Interop;

namespace VFMTok.ML;

/// <summary>Drawing options in a model zip.</summary>
internal static class DrawingSettings
{
    public static void Write(BinaryWriter writer, SamplingOptions sampling, long seed)
    {
        writer.Write(seed);
        writer.Write(sampling.GuidanceScale);
        writer.Write(sampling.GuidanceInterval);
        writer.Write(sampling.Temperature);
        writer.Write(sampling.TopK);
        writer.Write(sampling.TopP);
        writer.Write(sampling.Greedy);
        writer.Write(sampling.GuidancePower);
    }

    /// <param name="reader">Of the transformer's settings.</param>
    /// <param name="version">Format that the zip was written in.</param>
    public static VfmGenerateOptions Read(BinaryReader reader, uint version) => new()
    {
        Seed = reader.ReadInt64(),
        Sampling = new SamplingOptions
        {
            GuidanceScale = reader.ReadDouble(), GuidanceInterval = reader.ReadInt32(), Temperature = reader.ReadDouble(),
            TopK = reader.ReadInt32(), TopP = reader.ReadDouble(), Greedy = reader.ReadBoolean(),
            GuidancePower = version >= MlNet.GuidancePowerVersion ? reader.ReadDouble() : 0,
        },
    };

    /// <summary>A copy: transformers do not change when the user's options object does.</summary>
    public static SamplingOptions Copy(SamplingOptions options) => new()
    {
        GuidanceScale = options.GuidanceScale, GuidanceInterval = options.GuidanceInterval, Temperature = options.Temperature,
        TopK = options.TopK, TopP = options.TopP, Greedy = options.Greedy, GuidancePower = options.GuidancePower,
    };
}
