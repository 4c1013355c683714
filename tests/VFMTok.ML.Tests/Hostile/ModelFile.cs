using System.Text;
using Microsoft.ML;
using VFMTok.Generation;
using VFMTok.ML.Tests.Components;
using VFMTok.Tests.Shared;

namespace VFMTok.ML.Tests.Hostile;

/// <summary>A small sound model zip of a tokenizer and a generator, and ways to spoil it.</summary>
internal static class ModelFile
{
    private static readonly Lazy<(byte[] Zip, string Tokenizer, string Generator)> Made = new(Make);

    private static readonly Lazy<byte[]> Small = new(MakeSmall);

    /// <summary>A zip of a few kilobytes: one generator and one step.</summary>
    public static byte[] SmallZip => Small.Value;

    public static byte[] Zip => Made.Value.Zip;

    public static string TokenizerHash => Made.Value.Tokenizer;

    public static string GeneratorHash => Made.Value.Generator;

    /// <summary>Settings of the tokenize step and of the step that draws.</summary>
    public const string Tokenize = "Transform_000/Model.key", Draw = "Transform_001/Model.key", Chain = "TransformerChain/Model.key";

    /// <summary>The zip with its records changed.</summary>
    public static byte[] With(Func<ZipRecord[], IEnumerable<ZipRecord>> change) => ZipBytes.Of([.. change(ZipBytes.Read(Zip))]);

    /// <summary>The zip with one record more.</summary>
    public static byte[] And(ZipRecord record) => With(records => [.. records, record]);

    /// <summary>The zip with some bytes of one record replaced by as many others.</summary>
    public static byte[] Patched(string entry, byte[] from, byte[] to) => With(records => records.Select(r => r.Name.EndsWith(entry, StringComparison.Ordinal) ? r with { Data = Replace(r.Data, from, to) } : r));

    public static byte[] Text(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Replace(byte[] data, byte[] from, byte[] to)
    {
        var at = data.AsSpan().IndexOf(from);
        Assert.True(at >= 0 && to.Length <= data.Length - at, "the bytes to replace are not there");
        var changed = (byte[])data.Clone();
        to.CopyTo(changed, at);
        return changed;
    }

    private static byte[] MakeSmall()
    {
        var ml = new MLContext(seed: 1);
        using var pictures = new PictureFolder(3);
        var rows = pictures.Rows(ml);
        using var generator = TestModels.Generator(GeneratorConfig.Tiny with { Depth = 1, Width = 16, Heads = 2, HiddenMultiple = 8, CodebookSize = 16, TokenGrid = 2, ClassCount = 3 }, new string('0', 32), "cat", "dog", "owl");
        using var step = ml.Transforms.VfmGenerateTokens("Tokens", "Label", generator).Fit(rows);
        using var stream = new MemoryStream();
        ml.Model.Save(step, rows.Schema, stream);
        return stream.ToArray();
    }

    private static (byte[], string, string) Make()
    {
        var ml = new MLContext(seed: 1);
        using var pictures = new PictureFolder(3);
        var rows = pictures.Rows(ml);
        using var tokenizer = TestModels.Tokenizer(seed: 41);
        using var generator = TestModels.Generator(tokenizer.Hash);
        using var chain = ml.Transforms.VfmTokenize("Tokens", "Path", tokenizer).Append(ml.Transforms.VfmClassToImage("Image", "Label", generator, tokenizer)).Fit(rows);
        using var stream = new MemoryStream();
        ml.Model.Save(chain, rows.Schema, stream);
        return (stream.ToArray(), tokenizer.Hash, generator.Hash);
    }
}
