using VFMTok.Imaging;
using VFMTok.Training;

namespace VFMTok.Tests.Training.Codes;

public class LabelledImagesTests
{
    [Fact]
    public void A_folder_has_its_classes_in_the_order_of_the_paths_and_the_same_fingerprint_wherever_it_lies()
    {
        using var work = new WorkFolder();
        string Fill(string name)
        {
            foreach (var (label, seed) in new[] { ("owl", 1), ("cat", 2), ("dog", 3) })
                ImageWriter.SavePng(CodeFixtures.Picture(seed), Path.Combine(Directory.CreateDirectory(work.Path($"{name}/{label}")).FullName, "a.png"));
            return work.Path(name);
        }
        LabelledImages here = LabelledImages.FromFolder(Fill("here")), there = LabelledImages.FromFolder(Fill("there"));
        Assert.Equal(["cat", "dog", "owl"], here.ClassNames);
        Assert.Equal([0, 1, 2], Enumerable.Range(0, here.Count).Select(here.Label));
        Assert.Equal(CodeFixtures.Picture(2).Pixels, here.Decode(0).Pixels);
        Assert.Equal(here.Fingerprint, there.Fingerprint);
        ImageWriter.SavePng(CodeFixtures.Picture(9), work.Path("there/cat/b.png"));
        Assert.NotEqual(here.Fingerprint, LabelledImages.FromFolder(work.Path("there")).Fingerprint);
    }

    [Fact]
    public void Images_labels_and_names_are_all_told_apart()
    {
        RgbImage[] pictures = [CodeFixtures.Picture(1), CodeFixtures.Picture(2)];
        string[] all =
        [
            LabelledImages.FromMemory(pictures, [0, 1], ["a", "b"]).Fingerprint, LabelledImages.FromMemory(pictures, [1, 0], ["a", "b"]).Fingerprint,
            LabelledImages.FromMemory(pictures, [0, 1], ["b", "a"]).Fingerprint, LabelledImages.FromMemory([pictures[1], pictures[0]], [0, 1], ["a", "b"]).Fingerprint,
            LabelledImages.FromFiles(["x/1.png", "x/2.png"], [0, 1], ["a", "b"]).Fingerprint, LabelledImages.FromFiles(["x/1.png", "x/3.png"], [0, 1], ["a", "b"]).Fingerprint,
        ];
        Assert.Equal(all.Length, all.Distinct().Count());
    }

    [Fact]
    public void Sets_that_do_not_fit_together_are_refused()
    {
        Assert.StartsWith("There are no images to tokenize; give at least one.", Assert.Throws<ArgumentException>(() => LabelledImages.FromFiles([], [], ["a"])).Message);
        Assert.StartsWith("'labels' has 1 elements where 2 are needed.", Assert.Throws<ArgumentException>(() => LabelledImages.FromFiles(["1", "2"], [0], ["a"])).Message);
        Assert.StartsWith("Class 1 is out of range; allowed are 0 to 0.", Assert.Throws<ArgumentOutOfRangeException>(() => LabelledImages.FromFiles(["1"], [1], ["a"])).Message);
    }
}
