using VFMTok.Imaging;
using VFMTok.Training.Reporting;

namespace VFMTok.Tests.Training.Reporting;

public class PictureFolderTests : RecordFolder
{
    [Fact]
    public void Pictures_are_named_by_phase_and_step_and_found_in_order()
    {
        var pictures = new PictureFolder(Folder, "tokenizer", 0);
        Assert.Equal(Path.Combine(Folder, "pictures", "tokenizer-0000500.png"), pictures.Add(500, Flat(2, 2, 9)));
        pictures.Add(12_345_678, Flat(2, 2, 8));
        pictures.Add(1000, Flat(2, 2, 7));
        File.WriteAllText(Path.Combine(Folder, "pictures", "tokenizer-my own.png"), "");
        Assert.Equal([500, 1000, 12_345_678], PictureFolder.Find(Folder, "tokenizer").Select(p => p.Step));
        Assert.Equal(Flat(2, 2, 7).Pixels, ImageDecoder.Decode(PictureFolder.Find(Folder, "tokenizer")[1].Path).Pixels);
        Assert.Empty(PictureFolder.Find(At("nowhere"), "tokenizer"));
    }

    [Fact]
    public void Resuming_drops_later_pictures_of_the_phase_alone()
    {
        var (tokenizer, generator) = (new PictureFolder(Folder, "tokenizer", 0), new PictureFolder(Folder, "generator", 0));
        foreach (var step in new[] { 10, 20, 30 }) tokenizer.Add(step, Flat(1, 1, 0));
        generator.Add(40, Flat(1, 1, 0));
        _ = new PictureFolder(Folder, "tokenizer", 20);
        Assert.Equal([10, 20], PictureFolder.Find(Folder, "tokenizer").Select(p => p.Step));
        Assert.Single(PictureFolder.Find(Folder, "generator"));
        _ = new PictureFolder(Folder, "tokenizer", 0);
        Assert.Empty(PictureFolder.Find(Folder, "tokenizer"));
    }

    [Fact]
    public void The_first_and_the_newest_stay_and_others_spread_between_them()
    {
        var pictures = new PictureFolder(Folder, "tokenizer", 0);
        for (var i = 1; i <= 100; i++) pictures.Add(10 * i, Flat(1, 1, 0));
        var steps = PictureFolder.Find(Folder, "tokenizer").Select(p => p.Step).ToArray();
        Assert.Equal((PictureFolder.Most, 10, 1000), (steps.Length, steps[0], steps[^1]));
        Assert.True(steps.Zip(steps.Skip(1), (a, b) => b - a).Max() <= 70, string.Join(' ', steps)); // 32 of 100: every third would be 30 apart
    }

    [Fact]
    public void Few_pictures_all_stay() =>
        Assert.Equal([1, 2], PictureFolder.Spread([new(1, ""), new(2, "")], 6).Select(p => p.Step));
}
