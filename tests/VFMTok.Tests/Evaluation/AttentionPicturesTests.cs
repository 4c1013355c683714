using VFMTok.Evaluation;
using VFMTok.Imaging;
using VFMTok.Tests.Tokenizer;
using VFMTok.Tokenizer;

namespace VFMTok.Tests.Evaluation;

public class AttentionPicturesTests
{
    private static readonly TokenizerConfig Config = TokenizerConfig.Tiny with { SlotGrid = 2, EncoderDepth = 1 };
    private static readonly RgbImage Grey = new(64, 64, [.. Enumerable.Repeat((byte)100, 64 * 64 * 3)]);

    // Every slot reads one place only, on the level of the first block.
    private static SlotAttention All(float x, float y)
    {
        var attention = new SlotAttention(Config);
        for (var i = 0; i < attention.Unfilled.Length; i++) attention.Unfilled[i] = new SamplingPoint(x, y, i % 8 == 0 ? 1 : 0);
        return attention;
    }

    private static Rgb At(RgbImage image, double x, double y)
    {
        var i = ((int)y * image.Width + (int)x) * 3;
        return new Rgb(image.Pixels[i], image.Pixels[i + 1], image.Pixels[i + 2]);
    }

    [Fact]
    public void Queries_are_joined_to_their_cells()
    {
        var picture = AttentionPictures.Queries(Grey, All(40, 24), 0);
        Assert.Equal(512 + 2 * 64, picture.Width); // eightfold, with a mat
        var amber = new Rgb(255, 180, 60);
        Assert.True(Close(At(picture, 64 + 40 * 8, 64 + 24 * 8), amber, 30));
        Assert.True(Close(At(picture, 64 + (16 + 40) / 2 * 8, 64 + (16 + 24) / 2 * 8), amber, 60)); // on the line from the first cell's centre
        Assert.Equal(new Rgb(60, 60, 60), At(picture, 64 + 4, 64 + 4));                             // the image, dimmed
        Assert.NotEqual(picture.Pixels, AttentionPictures.Queries(Grey, All(40, 25), 0).Pixels);
        Assert.Equal(picture.Pixels, AttentionPictures.Queries(Grey, All(40, 24), 0).Pixels);
    }

    [Fact]
    public void Heat_is_brightest_where_most_is_read()
    {
        var picture = AttentionPictures.Heat(Grey, All(44, 20), 0); // the middle of a place
        Assert.Equal(512, picture.Width);
        var (hot, cold) = (At(picture, 44 * 8, 20 * 8), At(picture, 10 * 8, 50 * 8));
        Assert.True(hot.R > 140 && hot.G > 130 && hot.B < 30, $"{hot}");
        Assert.True(cold.G < 10 && cold.B > 30, $"{cold}");
        Assert.Equal(picture.Pixels, AttentionPictures.Heat(Grey, All(44, 20), 0).Pixels);
        Assert.Equal(At(AttentionPictures.Heat(Grey, All(-500, 9), 0), 8, 8), cold); // nothing is read at all
    }

    [Fact]
    public void Slots_show_cell_points_and_levels()
    {
        var picture = AttentionPictures.Slots(Grey, All(40, 24), 0, [2]);
        Assert.Equal(8 + 192 + 2 * 24 + 8, picture.Width); // threefold, with a mat
        const int Left = 8 + 24, Top = 8 + 22 + 24;
        Assert.True(Close(At(picture, Left + 40 * 3, Top + 24 * 3), ColorMap.Kind(0, 2), 30));
        Assert.True(At(picture, Left + 16 * 3, Top + 32 * 3).R > 140);                           // the upper edge of the third cell
        Assert.Equal(new Rgb(60, 60, 60), At(picture, Left + 5, Top + 5));
        Assert.NotEqual(picture.Pixels, AttentionPictures.Slots(Grey, All(40, 24), 0, [1]).Pixels);
        Assert.Equal(AttentionPictures.Slots(Grey, All(40, 24), 0).Pixels, AttentionPictures.Slots(Grey, All(40, 24), 0, [0, 1, 2, 3]).Pixels);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0, 1, 2, 3)]
    [InlineData(5, 0, 1, 3, 4, 5, 6, 8, 9, 15, 16, 18, 19, 20, 21, 23, 24)]
    public void Slots_are_spread_from_corner_to_corner(int grid, params int[] expected) => Assert.Equal(expected, AttentionPictures.Spread(Config with { SlotGrid = grid }));

    [Fact]
    public void Large_images_are_not_enlarged()
    {
        using var model = LivelyTokenizer.Model(Config with { ImageSize = 600, PixelMultipliers = [1, 2], EncoderDepth = 2 });
        var image = new RgbImage(600, 600, LivelyTokenizer.Image(600, 1));
        Assert.Equal(600, AttentionPictures.Heat(image, model.Attention(image.Pixels), 1).Width);
    }

    [Fact]
    public void Wrong_input_gets_one_sentence()
    {
        var attention = All(1, 1);
        Assert.StartsWith("The image has 2 x 1 pixels and the tokenizer saw 64 x 64; give the one that it saw.", Assert.Throws<ArgumentException>(() => AttentionPictures.Heat(new RgbImage(2, 1, new byte[6]), attention, 0)).Message);
        Assert.StartsWith("There is no layer 1; allowed are 0 to 0.", Assert.Throws<ArgumentOutOfRangeException>(() => AttentionPictures.Queries(Grey, attention, 1)).Message);
        Assert.StartsWith("There is no slot 4; allowed are 0 to 3.", Assert.Throws<ArgumentOutOfRangeException>(() => AttentionPictures.Slots(Grey, attention, 0, [4])).Message);
        Assert.StartsWith("No slot was chosen; give at least one.", Assert.Throws<ArgumentException>(() => AttentionPictures.Slots(Grey, attention, 0, [])).Message);
    }

    [Fact]
    public void The_guides_code_works()
    {
        using var folder = new WorkFolder();
        using (var model = LivelyTokenizer.Model(TokenizerConfig.Tiny)) model.Save(folder.Path("tokenizer.safetensors"));
        ImageWriter.SavePng(Grey, folder.Path("photo.png"));
        var guide = File.ReadAllText(Path.Combine(Repository.Root, "docs", "visualize.md"));
        string[] calls = ["VfmTokenizerModel.Load(", "tokenizer.Attention(image.Pixels)", "attention.Of(layer, slot: 17)", "attention.Looks(layer).Spread", "AttentionPictures.Slots(image, attention, layer, [17, 45])"];
        Assert.All(calls, call => Assert.Contains(call, guide)); // those made below

        using var tokenizer = VfmTokenizerModel.Load(folder.Path("tokenizer.safetensors"));
        var image = Crops.CenterCrop(ImageDecoder.Decode(folder.Path("photo.png")), tokenizer.Config.ImageSize);
        var attention = tokenizer.Attention(image.Pixels);
        var layer = tokenizer.Config.EncoderDepth - 1;
        foreach (var point in attention.Of(layer, slot: 17)) Assert.True(point.Weight > 0);
        Assert.True(attention.Looks(layer).Spread > 0);
        ImageWriter.SavePng(AttentionPictures.Slots(image, attention, layer, [17, 45]), folder.Path("slots.png"));
        Assert.True(File.Exists(folder.Path("slots.png")));
    }

    private static bool Close(Rgb a, Rgb b, int tolerance) => Math.Abs(a.R - b.R) <= tolerance && Math.Abs(a.G - b.G) <= tolerance && Math.Abs(a.B - b.B) <= tolerance;
}
