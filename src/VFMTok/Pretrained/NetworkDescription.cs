using VFMTok.Checkpoints;
using VFMTok.Runtime;
using VFMTok.Tokenizer;

namespace VFMTok.Pretrained;

/// <summary>Says in words which network a file's weights belong to.</summary>
internal static class NetworkDescription
{
    /// <summary>Kind, and the size where the shapes tell it.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="metadata">The file's metadata; empty if it has none.</param>
    public static string Of(ITensorFile weights, IReadOnlyDictionary<string, string> metadata)
    {
        var kind = NetworkRecognition.Of(weights);
        if (metadata.TryGetValue(ModelMetadata.HashKey, out var hash)) return $"{NetworkRecognition.Describe(kind)} of this library, hash {Pickle.PickleRules.Short(hash)}";
        try
        {
            return kind switch
            {
                NetworkKind.Foundation => OfficialConfigurations.NameOf(OfficialConfigurations.Foundation(weights)),
                NetworkKind.Generator => $"{OfficialConfigurations.NameOf(OfficialConfigurations.Generator(weights, TokenizerConfig.Paper.SlotGrid))}, {NetworkRecognition.Describe(kind)}",
                _ => NetworkRecognition.Describe(kind),
            };
        }
        catch (InvalidCheckpointException)
        {
            return $"{NetworkRecognition.Describe(kind)}, with shapes that make no network";
        }
    }
}
