using VFMTok.Generation;
using VFMTok.ML.Interop;
using VFMTok.Runtime;

namespace VFMTok.ML;

/// <summary>Drawing options in a model zip.</summary>
internal static class DrawingSettings
{
    public static void Write(BinaryWriter writer, VfmGenerateOptions options)
    {
        var sampling = options.Sampling;
        writer.Write(options.Seed);
        writer.Write(sampling.GuidanceScale);
        writer.Write(sampling.GuidanceInterval);
        writer.Write(sampling.Temperature);
        writer.Write(sampling.TopK);
        writer.Write(sampling.TopP);
        writer.Write(sampling.Greedy);
        writer.Write(sampling.GuidancePower);
        writer.Write((int)options.UnknownLabels);
        writer.Write((byte)sampling.Precision);
        writer.Write(sampling.Int8Weights);
    }

    /// <param name="reader">Of the transformer's settings.</param>
    /// <param name="version">Format that the zip was written in.</param>
    public static VfmGenerateOptions Read(BinaryReader reader, uint version)
    {
        var options = new VfmGenerateOptions
        {
            Seed = reader.ReadInt64(),
            Sampling = new SamplingOptions
            {
                GuidanceScale = reader.ReadDouble(), GuidanceInterval = reader.ReadInt32(), Temperature = reader.ReadDouble(),
                TopK = reader.ReadInt32(), TopP = reader.ReadDouble(), Greedy = reader.ReadBoolean(),
            },
        };
        if (version < MlNet.GuidancePowerVersion) return options;
        options.Sampling.GuidancePower = reader.ReadDouble();
        options.UnknownLabels = SettingsReader.Defined((VfmUnknownLabels)reader.ReadInt32());
        if (version < MlNet.PrecisionVersion) return options;
        options.Sampling.Precision = SettingsReader.Defined((Precision)reader.ReadByte());
        options.Sampling.Int8Weights = reader.ReadBoolean();
        return options;
    }

    /// <summary>A copy of what drawing needs: transformers do not change when the user's options object does.</summary>
    public static VfmGenerateOptions Copy(VfmGenerateOptions options) => new()
    {
        Seed = options.Seed, UnknownLabels = options.UnknownLabels, Cancellation = options.Cancellation, Precision = options.Precision, Sampling = Copy(options.Sampling),
    };

    private static SamplingOptions Copy(SamplingOptions options) => new()
    {
        GuidanceScale = options.GuidanceScale, GuidanceInterval = options.GuidanceInterval, Temperature = options.Temperature,
        TopK = options.TopK, TopP = options.TopP, Greedy = options.Greedy, GuidancePower = options.GuidancePower, Precision = options.Precision, Int8Weights = options.Int8Weights,
    };
}
