using VFMTok.Imaging;
using VFMTok.Training.Reporting;

namespace VFMTok.Tests.Training.Reporting;

public class TrainingReportTests : RecordFolder
{
    [Fact]
    public void A_finished_run_gets_one_file_with_everything()
    {
        using (var record = new TrainingRecord(Folder, "tokenizer", 0, new Dictionary<string, string> { ["Steps <all>"] = "100 & more" }))
        {
            for (var step = 1; step <= 20; step++) record.Write(Progress(step), 1e-3, 1);
            record.Picture(10, Flat(4, 4, 1));
            record.Note(15, "<script>alert(1)</script>");
            record.Finish(figures: new Dictionary<string, double> { ["psnr"] = 21.5 });
        }
        var page = File.ReadAllText(At("tokenizer-report.html"));
        foreach (var part in new[] { "finished at step 20 after 0:00", "Steps &lt;all&gt;", "100 &amp; more", "&lt;script&gt;alert(1)&lt;/script&gt;", "psnr (at the end)", "21.5", "codebook usage", "25.0 %", "learning rate", "step 10" })
            Assert.Contains(part, page);
        Assert.Equal(6, page.Split("<svg ").Length - 1); // loss, pixel, usage, learning rate, gradient norm, images per second
        Assert.Contains(Convert.ToBase64String(File.ReadAllBytes(At("pictures/tokenizer-0000010.png"))), page);
        foreach (var outside in new[] { "<script", "http:", "https:", "<link", "@import", "url(" }) Assert.DoesNotContain(outside, page);
    }

    [Fact]
    public void A_killed_run_gets_a_report_from_the_json_lines_alone()
    {
        using (var record = new TrainingRecord(Folder, "tokenizer", 0))
            for (var step = 1; step <= 3; step++) record.Write(Progress(step), 1, 1);
        Assert.Contains("not ended; at step 3 after 0:00; last note of 20", File.ReadAllText(TrainingReport.Write(Folder, "tokenizer")));
        File.Delete(At("tokenizer-notes.jsonl"));
        Directory.Delete(At("pictures"));
        Assert.Contains("not ended; at step 3 after 0:00</p>", File.ReadAllText(TrainingReport.Write(Folder, "tokenizer")));
    }

    [Fact]
    public void A_report_can_be_made_while_the_run_goes_on()
    {
        using var record = new TrainingRecord(Folder, "tokenizer", 0);
        Assert.Contains("no step recorded", File.ReadAllText(TrainingReport.Write(Folder, "tokenizer")));
        record.Write(Progress(1), 1, 1);
        Assert.Contains("not ended; at step 1 after", File.ReadAllText(TrainingReport.Write(Folder, "tokenizer")));
    }

    [Fact]
    public void Of_many_pictures_a_few_are_shown()
    {
        using var record = new TrainingRecord(Folder, "tokenizer", 0);
        for (var i = 1; i <= 12; i++) record.Picture(i * 10, new RgbImage(1, 1, [1, 2, (byte)i]));
        record.Finish();
        var page = File.ReadAllText(At("tokenizer-report.html"));
        Assert.Equal(6, page.Split("data:image/png").Length - 1);
        Assert.Contains("(6 of 12; all are in the folder “pictures”)", page);
        Assert.True(page.IndexOf("step 120<", StringComparison.Ordinal) is > 0 and var newest && newest < page.IndexOf("step 10<", StringComparison.Ordinal));
    }
}
