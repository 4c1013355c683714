using VFMTok.Training.Reporting;

namespace VFMTok.Tests.Training.Reporting;

public class RunHistoryTests : RecordFolder
{
    [Fact]
    public void Everything_recorded_reads_back()
    {
        using (var record = new TrainingRecord(Folder, "tokenizer", 0, new Dictionary<string, string> { ["Steps"] = "2" }))
        {
            record.Write(Progress(1, 0.5, ("pixel", 4)), 0.1, 7);
            record.Note(1, "an alert");
            record.Write(Progress(2, double.NaN, ("pixel", 3), ("adversarial", 1)), 0.2, 8);
            record.Finish("cancelled", new Dictionary<string, double> { ["psnr"] = 21.5 });
        }
        var history = RunHistory.Read(Folder, "tokenizer");
        Assert.Equal(["loss", "pixel", "adversarial", "learningRate", "gradientNorm", "imagesPerSecond"], history.Curves.Select(c => c.Name));
        Assert.Equal([double.NaN, 3, 1, 0.2, 8, 12.5], history.Curves.Select(c => c.Last));
        Assert.Equal([2.0], history.Curves[2].Reduce(9).Select(p => p.Step));
        Assert.Equal((1, 2, "cancelled", "2", 21.5), (history.FirstStep, history.LastStep, history.Outcome, history.Options["Steps"], history.FinalFigures["psnr"]));
        Assert.Equal([(0, "started"), (1, "an alert"), (2, "cancelled")], history.Notes.Select(n => (n.Step, n.Text)));
        Assert.All(history.Notes, n => Assert.InRange(DateTime.UtcNow - n.Time!.Value, TimeSpan.Zero, TimeSpan.FromMinutes(10)));
    }

    [Fact]
    public void A_finished_run_that_is_resumed_has_not_ended()
    {
        using (var record = new TrainingRecord(Folder, "tokenizer", 0)) record.Finish();
        Assert.Equal("finished", RunHistory.Read(Folder, "tokenizer").Outcome);
        using (new TrainingRecord(Folder, "tokenizer", 3)) { }
        Assert.Null(RunHistory.Read(Folder, "tokenizer").Outcome);
    }

    [Fact]
    public void Strange_lines_do_no_harm()
    {
        File.WriteAllText(At("tokenizer.jsonl"), "{\"step\":1,\"loss\":{},\"x\":\"y\",\"secondsSoFar\":\"NaN\"}\n{\"step\":1e9}\nrubbish\n{\"step\":2,\"loss\":1e999,\"secondsSoFar\":-1}");
        File.WriteAllText(At("tokenizer-notes.jsonl"), "{\"step\":1,\"time\":\"yesterday\",\"note\":5,\"outcome\":[],\"options\":1,\"figures\":2}\n{\"step\":1,\"time\":\"soon\",\"note\":\"a\"}");
        var history = RunHistory.Read(Folder, "tokenizer");
        Assert.Equal([("loss", double.PositiveInfinity)], history.Curves.Select(c => (c.Name, c.Last)));
        Assert.Equal([new RunNote(1, null, "a")], history.Notes);
    }

    [Fact]
    public void A_missing_record_is_named() =>
        Assert.Equal($"There is no training record '{At("generator.jsonl")}'; give the folder and the phase of a run that kept one.",
            Assert.Throws<FileNotFoundException>(() => RunHistory.Read(Folder, "generator")).Message);
}
