using System.Text.Json;
using VFMTok.Training.Reporting;

namespace VFMTok.Tests.Training.Reporting;

public class TrainingRecordTests : RecordFolder
{
    private static readonly Dictionary<string, string> Options = new() { ["Steps"] = "100" };

    [Fact]
    public void A_step_is_a_json_line_and_an_event()
    {
        using (var record = new TrainingRecord(At("new/run"), "tokenizer", 0, Options))
            record.Write(Progress(3, 0.25, ("pixel", 0.125), ("adversarial", double.NaN), ("loss", 9), ("step", 9)), 1e-3, double.PositiveInfinity);
        var line = StepLog.Read(At("new/run/tokenizer.jsonl")).Single().Record;
        Assert.Equal(["step", "loss", "pixel", "adversarial", "learningRate", "gradientNorm", "imagesPerSecond", "secondsSoFar"], line.EnumerateObject().Select(p => p.Name));
        Assert.StartsWith("{\"step\":3,\"loss\":0.25,\"pixel\":0.125,\"adversarial\":\"NaN\",\"learningRate\":0.001,\"gradientNorm\":\"Infinity\",\"imagesPerSecond\":12.5,\"secondsSoFar\":", line.GetRawText());
        var summary = TensorBoardEventsTests.ReadAll(At("new/run/events/tokenizer"))[^1];
        Assert.Equal(3, summary.Step);
        Assert.Equal([("loss", 0.25f), ("pixel", 0.125f), ("adversarial", float.NaN), ("learningRate", 1e-3f), ("gradientNorm", float.PositiveInfinity), ("imagesPerSecond", 12.5f)],
            summary.Summary.Value.Select(v => (v.Tag, v.SimpleValue)));
    }

    [Fact]
    public void A_killed_and_resumed_run_has_each_step_once_and_its_clock_goes_on()
    {
        var killed = new TrainingRecord(Folder, "tokenizer", 0, Options);
        for (var step = 1; step <= 7; step++) killed.Write(Progress(step), 1, 1);
        killed.Picture(2, Flat(4, 4, 1));
        killed.Picture(7, Flat(4, 4, 1));
        killed.Note(6, "the loss rises");
        killed.Dispose(); // closes handles, as a kill does, and writes nothing
        var lines = File.ReadAllLines(At("tokenizer.jsonl"));
        File.WriteAllText(At("tokenizer.jsonl"), string.Join('\n', lines[..5]).Replace("\"secondsSoFar\":", "\"secondsSoFar\":50") + "\n" + lines[5][..20]);

        using (var resumed = new TrainingRecord(Folder, "tokenizer", 4, Options))
        {
            for (var step = 5; step <= 8; step++) resumed.Write(Progress(step), 1, 1);
            resumed.Picture(8, Flat(4, 4, 1));
            resumed.Note(8, "better");
            resumed.Finish();
        }
        var figures = StepLog.Read(At("tokenizer.jsonl")).ToArray();
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], figures.Select(l => l.Step));
        Assert.InRange(figures[^1].Record.GetProperty("secondsSoFar").GetDouble(), 50, 600);
        Assert.Equal([2, 8], PictureFolder.Find(Folder, "tokenizer").Select(p => p.Step));
        Assert.Equal([(0, "started"), (4, "resumed"), (8, "better"), (8, "finished")], RunHistory.Read(Folder, "tokenizer").Notes.Select(n => (n.Step, n.Text)));
    }

    [Fact]
    public void Tokenizer_and_generator_share_a_folder()
    {
        using (var tokenizer = new TrainingRecord(Folder, "tokenizer", 0)) tokenizer.Write(Progress(1), 1, 1);
        using (var generator = new TrainingRecord(Folder, "generator", 0)) generator.Write(Progress(2), 1, 1);
        Assert.Equal((1, 2), (StepLog.Read(At("tokenizer.jsonl")).Single().Step, StepLog.Read(At("generator.jsonl")).Single().Step));
        Assert.Equal(["generator", "tokenizer"], Directory.GetDirectories(At("events")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_run_that_starts_anew_replaces_the_report()
    {
        using (var record = new TrainingRecord(Folder, "tokenizer", 0)) record.Finish();
        Assert.True(File.Exists(At("tokenizer-report.html")));
        using (new TrainingRecord(Folder, "tokenizer", 0)) Assert.False(File.Exists(At("tokenizer-report.html")));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_told_once_and_ends_nothing()
    {
        File.WriteAllText(At("file"), "no folder");
        var warnings = new List<string>();
        using var record = new TrainingRecord(At("file/below"), "tokenizer", 0, Options, warnings.Add);
        record.Write(Progress(1), 1, 1);
        record.Picture(1, Flat(4, 4, 1));
        record.Note(1, "a note");
        record.Finish();
        var warning = Assert.Single(warnings);
        Assert.StartsWith($"The record of the training in '{At("file/below")}' cannot be written (", warning);
        Assert.EndsWith("); the training goes on without it.", warning);
        Assert.DoesNotContain('\n', warning);
        Assert.Equal("no folder", File.ReadAllText(At("file")));
    }

    [SkippableFact]
    public void A_full_disk_is_told_once_and_ends_nothing()
    {
        Skip.IfNot(File.Exists("/dev/full"), "needs a device that is always full");
        File.CreateSymbolicLink(At("tokenizer.jsonl"), "/dev/full");
        var warnings = new List<string>();
        using var record = new TrainingRecord(Folder, "tokenizer", 0, Options, warnings.Add);
        Assert.Empty(warnings);
        for (var step = 1; step <= 3; step++) record.Write(Progress(step), 1, 1);
        record.Finish();
        Assert.Contains("No space left on device", Assert.Single(warnings));
    }

    [Fact]
    public void Pictures_that_cannot_be_written_end_the_record_too()
    {
        var warnings = new List<string>();
        using var record = new TrainingRecord(Folder, "tokenizer", 0, Options, warnings.Add);
        Directory.Delete(At("pictures"));
        File.WriteAllText(At("pictures"), "no folder");
        record.Picture(1, Flat(4, 4, 1));
        record.Write(Progress(1), 1, 1);
        Assert.Single(warnings);
        Assert.Empty(File.ReadAllText(At("tokenizer.jsonl")));
    }

    [Fact]
    public void A_record_that_was_closed_takes_nothing_and_says_nothing()
    {
        var record = new TrainingRecord(Folder, "tokenizer", 0, Options, warn => throw new InvalidOperationException(warn));
        record.Dispose();
        record.Dispose();
        record.Write(Progress(1), 1, 1);
        record.Finish();
    }
}
