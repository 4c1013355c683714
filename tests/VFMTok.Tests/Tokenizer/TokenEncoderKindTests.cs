using VFMTok.Runtime;
using VFMTok.Tests.Training.Data;
using VFMTok.Tokenizer;
using VFMTok.Training;

namespace VFMTok.Tests.Tokenizer;

public class TokenEncoderKindTests
{
    public static TheoryData<TokenEncoderKind> Kinds => [.. Enum.GetValues<TokenEncoderKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_trains_encodes_decodes_and_survives_its_file(TokenEncoderKind kind)
    {
        var images = new FakeImages(8);
        var options = new TokenizerTrainingOptions { Config = TokenizerConfig.Tiny with { Encoder = kind }, Steps = 3, BatchSize = 4, Codebook = { KMeansStart = true } };
        using var model = TokenizerTrainer.Train(options, images);
        var rgb = new byte[3 * 64 * 64 * 3];
        new Random(1).NextBytes(rgb);
        for (var i = 0; i < rgb.Length; i++) rgb[i] = (byte)(rgb[i] / 8 + (i / 4000 % 2 == 0 ? 220 : 0)); // bands
        var tokens = new int[3 * 64];
        model.Encode(rgb, 3, tokens);
        Assert.True(tokens.Distinct().Count() > 1);

        var alone = new int[64]; // no image depends on its neighbours
        model.Encode(rgb.AsSpan(64 * 64 * 3, 64 * 64 * 3), 1, alone);
        Assert.Equal(tokens[64..128], alone);

        var vectors = new float[2 * model.Config.CodeWidth];
        model.Embed(tokens.AsSpan(0, 2), vectors);
        Assert.Equal(1, vectors[..8].Sum(v => v * v), 1e-5);
        if (kind != TokenEncoderKind.RegionAdaptive)
            Assert.Equal($"The tokenizer has a {kind} encoder, whose tokens are places of a grid and look nowhere else; give one with a RegionAdaptive encoder.", Assert.Throws<NotSupportedException>(() => model.Attention(rgb.AsSpan(0, 64 * 64 * 3))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Embed([512], new float[8]));

        using var stream = new MemoryStream();
        model.Save(stream);
        stream.Position = 0;
        using var again = VfmTokenizerModel.Load(stream, "again");
        Assert.Equal((model.Hash, kind), (again.Hash, again.Config.Encoder));
        byte[] first = new byte[rgb.Length], second = new byte[rgb.Length];
        model.Decode(tokens, 3, first);
        again.Decode(tokens, 3, second);
        Assert.Equal(first, second);
    }

    [Fact]
    public void The_convolutional_encoder_looks_at_pixels_alone_and_the_grid_at_the_last_level_alone()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var noGradient = TorchSharp.torch.no_grad();
        var network = SeededDraws.Run(1, () => new ConvolutionalEncoder(TokenizerConfig.Tiny with { Encoder = TokenEncoderKind.Convolutional }));
        Assert.Equal([2L, 64, 64], network.call(TorchSharp.torch.zeros(2, 3, 64, 64)).shape); // [B, 8 * 8, C]

        var grid = SeededDraws.Run(1, () => new GridEncoder(TokenizerConfig.Tiny with { Encoder = TokenEncoderKind.Grid }));
        var (fine, coarse) = (TorchSharp.torch.ones(1, 64, 96), SeededDraws.Run(2, () => SeededDraws.Normal(1, 1, 64, 96)));
        var expected = grid.call([fine, coarse]);
        Assert.Equal([1L, 64, 64], expected.shape);
        Assert.Equal(expected.data<float>().ToArray(), grid.call([coarse, coarse]).data<float>().ToArray());
    }

    [Fact]
    public void Files_of_the_papers_kind_stay_what_they_were()
    {
        Assert.DoesNotContain("Encoder\":", VfmTokenizerModel.Describe(TokenizerConfig.Tiny).Configuration);
        Assert.Contains("\"Encoder\":\"Grid\"", VfmTokenizerModel.Describe(TokenizerConfig.Tiny with { Encoder = TokenEncoderKind.Grid }).Configuration);
    }

    [Fact]
    public void Grids_that_do_not_fit_are_one_sentence()
    {
        string Fault(TokenizerConfig config) => Assert.Throws<ArgumentException>(config.Validate).Message;
        Assert.Equal("The tokenizer configuration does not fit together: SlotGrid 6 must be the foundation model's grid 8, since every patch becomes a token.",
            Fault(TokenizerConfig.Tiny with { Encoder = TokenEncoderKind.Grid, SlotGrid = 6 }));
        Assert.Equal("The tokenizer configuration does not fit together: SlotGrid 4 must be the pixel decoder's grid 8, since the convolutional encoder is its mirror image.",
            Fault(TokenizerConfig.Tiny with { Encoder = TokenEncoderKind.Convolutional, SlotGrid = 4 }));
        Assert.StartsWith("The tokenizer configuration does not fit together: Encoder 7 is not known; allowed are RegionAdaptive, Grid, Convolutional.", Fault(TokenizerConfig.Tiny with { Encoder = (TokenEncoderKind)7 }));
    }
}
