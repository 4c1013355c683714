using VFMTok.Runtime;

namespace VFMTok.Pretrained;

/// <summary>A file to write.</summary>
/// <param name="Kind">What it will hold.</param>
/// <param name="Name">What was recognised.</param>
/// <param name="FileName">Its name in the output folder.</param>
/// <param name="Source">Where the weights lie.</param>
/// <param name="Conversion">How it is made.</param>
internal sealed record ImportPlan(NetworkKind Kind, string Name, string FileName, string Source, NetworkConversion Conversion)
{
    /// <summary>For a generator: what its file says of itself, given the hash of its tokenizer.</summary>
    public Func<string, ModelMetadata>? WithTokenizer { get; init; }
}
