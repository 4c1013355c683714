using VFMTok.Checkpoints;
using VFMTok.Foundation;
using VFMTok.Generation;
using VFMTok.Runtime;
using VFMTok.Tokenizer;

namespace VFMTok.Pretrained;

/// <summary>The library's networks for everyone: safetensors files under the official names, with the configuration in the metadata.</summary>
public static class WeightExport
{
    /// <summary>Writes models into a folder: <c>foundation.safetensors</c>, <c>tokenizer.safetensors</c>, <c>generator.safetensors</c>. The tokenizer's file holds its foundation model too;
    /// without a foundation model of its own, that is also written alone.</summary>
    /// <param name="folder">Made if it is missing; each file is replaced only when it is complete.</param>
    /// <param name="foundation">Default null: the tokenizer's.</param>
    /// <param name="tokenizer">May be null.</param>
    /// <param name="generator">May be null.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static IReadOnlyList<ImportedNetwork> Export(string folder, VfmFoundationModel? foundation, VfmTokenizerModel? tokenizer, VfmGeneratorModel? generator)
    {
        Directory.CreateDirectory(folder);
        var written = new List<ImportedNetwork>();
        if (foundation is null && tokenizer is not null) written.Add(FoundationOf(tokenizer, Path.Combine(folder, "foundation.safetensors")));
        Add(foundation, NetworkKind.Foundation, "foundation");
        Add(tokenizer, NetworkKind.Tokenizer, "tokenizer");
        Add(generator, NetworkKind.Generator, "generator");
        return written;

        void Add(SharedModel? model, NetworkKind kind, string name)
        {
            if (model is null) return;
            var path = Path.Combine(folder, name + ".safetensors");
            model.Save(path);
            written.Add(new ImportedNetwork(kind, name, path, model.Hash, model.ParameterCount, ""));
        }
    }

    private static ImportedNetwork FoundationOf(VfmTokenizerModel tokenizer, string path)
    {
        var tensors = StateDict.Of(tokenizer.Network.Foundation, VisionTransformer.Names);
        var metadata = VfmFoundationModel.Describe(tokenizer.Config.Foundation, tokenizer.Config.FoundationSize);
        var hash = StateDict.Hash(metadata.HashPrefix, tensors);
        AtomicFile.Write(path, stream => SafetensorsWriter.Write(stream, tensors, metadata.WithHash(hash)));
        return new ImportedNetwork(NetworkKind.Foundation, "foundation", path, hash, tensors.Sum(t => t.Tensor.numel()), "");
    }
}
