using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Foundation;
using VFMTok.Generation;
using VFMTok.Runtime;
using VFMTok.Tokenizer;

namespace VFMTok.Tests.Runtime;

// Looks at the memory of the process: nothing else may run meanwhile.
[CollectionDefinition(nameof(SharedModelTests), DisableParallelization = true)]
[Collection(nameof(SharedModelTests))]
public sealed class SharedModelTests
{
    [Fact]
    public void A_loaded_network_draws_no_start_values_and_has_the_numbers_of_its_file()
    {
        using var model = VfmFoundationModel.Tiny();
        var stream = new MemoryStream();
        model.Save(stream);
        stream.Position = 0;
        torch.manual_seed(5);
        using var expected = torch.rand(1);
        torch.manual_seed(5);
        using var again = VfmFoundationModel.Load(stream, "it");
        using var drawn = torch.rand(1);
        Assert.Equal(model.Hash, again.Hash);
        Assert.Equal(expected.item<float>(), drawn.item<float>()); // libtorch's generator was not touched
    }

    [Fact]
    public void A_PyTorch_checkpoint_is_sent_to_the_import()
    {
        foreach (var name in new[] { "gpt_zip.pt", "gpt_legacy.pt" })
            Assert.Equal($"'{name}' is a PyTorch checkpoint; bring it into the library's form with 'vfmtok import' or WeightImport.",
                Assert.Throws<InvalidCheckpointException>(() => VfmGeneratorModel.Load(Path.Combine(Repository.Root, "tests", "Golden", "checkpoints", name))).Message);
    }

    [Fact]
    public void Leaving_start_values_out_ends_with_its_run()
    {
        var plain = SeededDraws.Run(1, () => SeededDraws.Uniform(torch.CPU, 3));
        var after = SeededDraws.Run(1, () =>
        {
            SeededDraws.LeaveOut(() => new VisionTransformer(VisionTransformerConfig.Tiny)).Dispose();
            return SeededDraws.Uniform(torch.CPU, 3);
        });
        Assert.Equal(plain.data<float>().ToArray(), after.data<float>().ToArray());
    }

    [Theory]
    [InlineData("Width", 1_000_000)]
    [InlineData("Width", 16384)]
    [InlineData("Depth", 1_000_000_000)]
    [InlineData("Depth", 900)]
    [InlineData("StoredGrid", 1_000)]
    [InlineData("StoredGrid", 2_000_000_000)]
    [InlineData("Registers", 1_000_000_000)]
    [InlineData("FeedForwardRatio", 1_000_000_000)]
    [InlineData("Heads", 0)]
    [InlineData("Heads", -1)]
    [InlineData("Width", 10_000_000)]
    [InlineData("Registers", int.MaxValue)]
    [InlineData("FeedForwardRatio", int.MaxValue)]
    public void A_foundation_model_that_states_another_size_than_it_has_takes_no_memory(string name, int value)
    {
        using var model = VfmFoundationModel.Tiny();
        Refused(model, name, value, (stream, file) => VfmFoundationModel.Load(stream, file));
    }

    [Theory]
    [InlineData("Width", 16384)]
    [InlineData("SlotGrid", 128)]
    [InlineData("SlotGrid", 2_000_000_000)]
    [InlineData("CodebookSize", 1 << 24)]
    [InlineData("CodeWidth", 16384)]
    [InlineData("EncoderDepth", 1000)]
    [InlineData("DecoderDepth", 2_000_000_000)]
    [InlineData("DecoderHidden", 1 << 18)]
    [InlineData("ImageSize", 2_000_000_000)]
    [InlineData("PixelWidth", 4096)]
    [InlineData("ResidualBlocks", 64)]
    [InlineData("EncoderHeads", 0)]
    [InlineData("DecoderHeads", 0)]
    [InlineData("NormGroups", 0)]
    [InlineData("SamplingPoints", -4)]
    [InlineData("SamplingPoints", 100_000_000)]
    [InlineData("Width", -16)]
    [InlineData("Width", 1_000_000)]
    [InlineData("EncoderHeads", -2)]
    [InlineData("NormGroups", -4)]
    [InlineData("DecoderHidden", 1_000_000_000)]
    [InlineData("PixelWidth", -8)]
    [InlineData("PixelWidth", 8_000_000)]
    [InlineData("SlotGrid", 46_341)]
    [InlineData("DecoderRegisters", int.MaxValue)]
    [InlineData("CodeWidth", int.MaxValue)]
    [InlineData("ImageSize", 1 << 30)]
    public void So_does_a_tokenizer(string name, int value)
    {
        using var network = new VfmTokenizer(TokenizerConfig.Tiny);
        using var model = new VfmTokenizerModel(network, ComputeDevice.Cpu);
        Refused(model, name, value, (stream, file) => VfmTokenizerModel.Load(stream, file));
    }

    [Theory]
    [InlineData("Width", 65536)]
    [InlineData("Depth", 1000)]
    [InlineData("Depth", 2_000_000_000)]
    [InlineData("TokenGrid", 2_000_000_000)]
    [InlineData("CodebookSize", 1 << 24)]
    [InlineData("FeedForwardWidth", 1 << 20)]
    [InlineData("HiddenMultiple", 2_000_000_000)]
    [InlineData("Heads", 0)]
    [InlineData("Width", 16_000_000)]
    [InlineData("TokenGrid", 65_536)]
    [InlineData("FeedForwardWidth", int.MaxValue)]
    [InlineData("HiddenFactor", -5)]
    [InlineData("RotaryBase", 0)]
    [InlineData("RotaryBase", -1)]
    [InlineData("NormEpsilon", -1)]
    public void So_does_a_generator(string name, int value)
    {
        using var network = new AutoregressiveTransformer(GeneratorConfig.Tiny);
        using var model = new VfmGeneratorModel(network, [.. Enumerable.Range(0, 10).Select(i => $"{i}")], new string('a', 32), ComputeDevice.Cpu);
        Refused(model, name, value, (stream, file) => VfmGeneratorModel.Load(stream, file));
    }

    [Theory]
    [InlineData("Foundation")]
    [InlineData("Levels")]
    [InlineData("PixelMultipliers")]
    public void A_tokenizer_without_a_part_of_its_configuration_is_refused(string name)
    {
        using var network = new VfmTokenizer(TokenizerConfig.Tiny);
        using var model = new VfmTokenizerModel(network, ComputeDevice.Cpu);
        Refused(model, name, null, (stream, file) => VfmTokenizerModel.Load(stream, file));
    }

    private static void Refused(SharedModel model, string name, int? value, Action<Stream, string> load)
    {
        var stream = new MemoryStream();
        model.Save(stream);
        using var changed = new MemoryStream(WithConfiguration(stream.ToArray(), name, value));
        var (before, watch) = (Environment.WorkingSet, System.Diagnostics.Stopwatch.StartNew());
        var error = Assert.Throws<InvalidCheckpointException>(() => load(changed, "it"));
        Assert.Contains("'it'", error.Message);
        Assert.EndsWith(".", error.Message);
        Assert.DoesNotContain('\n', error.Message);
        Assert.True(Environment.WorkingSet - before < 400_000_000, $"memory grew by {Environment.WorkingSet - before:n0} bytes");
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"it took {watch.Elapsed}");
    }

    private static byte[] WithConfiguration(byte[] file, string name, int? value)
    {
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        var header = JsonNode.Parse(file.AsSpan(8, length))!;
        var configuration = JsonNode.Parse(header["__metadata__"]!["configuration"]!.GetValue<string>())!;
        configuration[name] = value;
        header["__metadata__"]!["configuration"] = configuration.ToJsonString();
        var text = Encoding.UTF8.GetBytes(header.ToJsonString());
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, text.Length);
        return [.. prefix, .. text, .. file[(8 + length)..]];
    }
}
