namespace VFMTok.Pretrained;

/// <summary>A file that was written.</summary>
/// <param name="Kind">What it holds.</param>
/// <param name="Name">What was recognised, such as <c>dinov2_vitl14_reg4</c> or <c>GPT-B</c>.</param>
/// <param name="Path">The safetensors file.</param>
/// <param name="Hash">Content hash of the model, 32 hexadecimal digits.</param>
/// <param name="ParameterCount">Numbers in it.</param>
/// <param name="Source">Where the weights lay: the file, and the key within it, such as <c>ema</c>.</param>
public sealed record ImportedNetwork(NetworkKind Kind, string Name, string Path, string Hash, long ParameterCount, string Source);

/// <summary>Where an import stands.</summary>
/// <param name="Name">What is being written.</param>
/// <param name="Done">Bytes written of everything.</param>
/// <param name="Total">Bytes to write.</param>
public sealed record WeightImportProgress(string Name, long Done, long Total);
