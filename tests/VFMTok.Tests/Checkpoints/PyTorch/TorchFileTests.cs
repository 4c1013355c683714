using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Checkpoints.PyTorch;
using VFMTok.Generation;
using VFMTok.Pretrained;
using VFMTok.Runtime;
using VFMTok.Tests.Shared;
using VFMTok.Tokenizer;
using static TorchSharp.torch;

namespace VFMTok.Tests.Checkpoints.PyTorch;

public sealed class TorchFileTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Checkpoints_in_the_official_layout_are_imported_from_their_averaged_weights()
    {
        var files = SyntheticCheckpoints.Tiny.Files(_folder.Path("")).Select(f => { f.Write(); return f.Path; }).ToArray();
        var imported = WeightImport.Import(new() { Foundation = files[0], Tokenizer = files[1], Generator = files[2] }, _folder.Path("out"));
        Assert.Equal(["dinov2_vitl14_reg4_pretrain.pth", "vfmtok-tokenizer.pt: ema", "GPT-B.pt: ema"], imported.Select(i => i.Source));
        using var tokenizer = VfmTokenizerModel.Load(imported[1].Path);
        using var network = new VfmTokenizer(SyntheticCheckpoints.Tiny.Tokenizer);
        HashWeights.Fill(StateDict.Of(network, VfmTokenizer.Names), "", SyntheticCheckpoints.TokenizerSeed, 1);
        AssertEqual(StateDict.Of(network, VfmTokenizer.Names), StateDict.Of(tokenizer.Network, VfmTokenizer.Names));
        using var generator = VfmGeneratorModel.Load(imported[2].Path);
        Assert.Equal(SyntheticCheckpoints.Tiny.Generator, generator.Config);
    }

    [Fact]
    public void Both_forms_hold_the_same()
    {
        var root = new List<(object, object?)>
        {
            ("state_dict", new List<(object, object?)> { ("module.a", Ramp(2, 3)), ("module.b", Ramp(5)) }), ("epoch", 7L), ("big", 1L << 40), ("loss", 0.25), ("name", "x"), ("none", null), ("flags", new object[] { true, false }),
            ("args", new TorchFileNamespace([("lr", 0.5)])), (3L, "an integer key"),
        };
        TorchFileWriter.WriteZip(_folder.Path("zip.pt"), root);
        TorchFileWriter.WriteLegacy(_folder.Path("legacy.pth"), root);
        foreach (var (path, format) in new[] { ("zip.pt", "PyTorch zip"), ("legacy.pth", "PyTorch legacy") })
        {
            using var file = CheckpointFile.Open(_folder.Path(path));
            Assert.Equal((format, "state_dict"), (file.Format, file.PlaceOfWeights));
            Assert.Equal(["a", "b"], file.Weights.Names); // without the wrapper's name
            using var a = file.Weights.Read("a");
            Assert.Equal([2, 3], a.shape);
            Assert.Equal([0, 1, 2, 3, 4, 5], a.data<float>().ToArray());
            Assert.Equal(["state_dict/module.a", "state_dict/module.b"], file.Tensors.Select(t => t.Path));
            var fields = (OrderedDictionary<object, object?>)file.Torch!.Root!;
            Assert.Equal((7L, 1L << 40, 0.25, "x", null, "an integer key"), (fields["epoch"], fields["big"], fields["loss"], fields["name"], fields["none"], fields[3L]));
            Assert.Equal(0.5, ((TorchNamespace)fields["args"]!).Fields["lr"]);
        }
    }

    [Fact]
    public void A_pickle_longer_than_the_first_part_of_a_legacy_file_is_read()
    {
        TorchFileWriter.WriteLegacy(_folder.Path("long.pth"), new List<(object, object?)> { ("text", new string('x', 3_000_000)), ("a", Ramp(4)), ("pad", Ramp(1_000_000)) });
        using var file = CheckpointFile.Open(_folder.Path("long.pth"));
        using var a = file.Weights.Read("a");
        Assert.Equal([0, 1, 2, 3], a.data<float>().ToArray());
    }

    [Fact]
    public void Opening_a_large_file_takes_no_memory_for_its_tensors()
    {
        TorchFileWriter.WriteZip(_folder.Path("large.pt"), new List<(object, object?)> { ("a", Ramp(30_000_000)) });
        var before = GC.GetTotalAllocatedBytes(precise: true);
        using var file = CheckpointFile.Open(_folder.Path("large.pt"));
        Assert.Equal([30_000_000], file.Weights.ShapeOf("a"));
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 2_000_000);
    }

    private static TorchFileTensor Ramp(params long[] shape) => new(shape, () => [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(i => (float)i)]);

    private static void AssertEqual(IReadOnlyList<(string Name, Tensor Tensor)> expected, IReadOnlyList<(string Name, Tensor Tensor)> actual)
    {
        Assert.Equal(expected.Select(t => t.Name), actual.Select(t => t.Name));
        foreach (var (one, other) in expected.Zip(actual)) Assert.True(one.Tensor.bytes.SequenceEqual(other.Tensor.bytes), $"'{one.Name}' differs");
    }
}
