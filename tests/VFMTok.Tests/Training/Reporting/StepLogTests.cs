using System.Text.Json;
using VFMTok.Training.Reporting;

namespace VFMTok.Tests.Training.Reporting;

public class StepLogTests : RecordFolder
{
    private void Write(int resumeStep, params int[] steps)
    {
        using var log = new StepLog(At("a.jsonl"), resumeStep);
        foreach (var step in steps) log.Append(step, json => json.WriteNumber("square", step * step));
    }

    [Fact]
    public void Every_line_is_in_the_file_before_the_next_one()
    {
        using var log = new StepLog(At("a.jsonl"), 0);
        log.Append(1, json => json.WriteString("text", "a \"b\" ü < 'c'"));
        Assert.Equal("{\"step\":1,\"text\":\"a \\\"b\\\" ü < 'c'\"}\n", Text());
        log.Append(2, _ => { });
        Assert.EndsWith("\n{\"step\":2}\n", Text());

        string Text() // as somebody sees it who looks while it is written
        {
            using var reader = new StreamReader(new FileStream(At("a.jsonl"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return reader.ReadToEnd();
        }
    }

    [Fact]
    public void Resuming_drops_later_lines_and_what_cannot_be_read()
    {
        Write(0, 1, 2, 3, 4);
        File.AppendAllText(At("a.jsonl"), "[1]\n{\"step\":\"2\"}\n{\"step\":1e99}\nno json\n\0\0\0\n{\"step\":2,\"square\":4}\n{\"step\":5,\"squ");
        using (var log = new StepLog(At("a.jsonl"), 2)) Assert.Equal(2, log.LastKept.GetProperty("step").GetInt32());
        Assert.Equal("{\"step\":1,\"square\":1}\n{\"step\":2,\"square\":4}\n{\"step\":2,\"square\":4}\n", File.ReadAllText(At("a.jsonl")));
        Assert.Equal([At("a.jsonl")], Directory.GetFiles(Folder)); // no temporary file stays
    }

    [Fact]
    public void A_run_that_is_resumed_has_each_step_once_and_one_that_starts_anew_has_its_own_alone()
    {
        Write(0, 1, 2, 3, 4, 5);
        Write(3, 4, 5, 6);
        Assert.Equal([1, 2, 3, 4, 5, 6], StepLog.Read(At("a.jsonl")).Select(l => l.Step));
        Write(0, 1);
        Assert.Equal([1], StepLog.Read(At("a.jsonl")).Select(l => l.Step));
    }

    [Fact]
    public void A_last_line_that_only_lacks_its_end_is_kept()
    {
        File.WriteAllText(At("a.jsonl"), "{\"step\":1}\n{\"step\":2}");
        Write(2, 3);
        Assert.Equal([1, 2, 3], StepLog.Read(At("a.jsonl")).Select(l => l.Step));
    }

    [Fact]
    public void Resuming_without_a_file_begins_one()
    {
        Write(7, 8);
        Assert.Equal([8], StepLog.Read(At("a.jsonl")).Select(l => l.Step));
    }

    [Theory]
    [InlineData(0.1, "0.1")]
    [InlineData(-1e-300, "-1E-300")]
    [InlineData(double.NaN, "\"NaN\"")]
    [InlineData(double.PositiveInfinity, "\"Infinity\"")]
    [InlineData(double.NegativeInfinity, "\"-Infinity\"")]
    public void Figures_that_are_no_numbers_stay_valid_json(double value, string written)
    {
        using (var log = new StepLog(At("a.jsonl"), 0)) log.Append(1, json => StepLog.WriteFigure(json, "x", value));
        Assert.Equal($"{{\"step\":1,\"x\":{written}}}\n", File.ReadAllText(At("a.jsonl")));
        Assert.Equal(value, StepLog.ReadFigure(StepLog.Read(At("a.jsonl")).Single().Record.GetProperty("x")));
    }

    [Theory]
    [InlineData("\"1\"")]
    [InlineData("null")]
    [InlineData("[1]")]
    public void Other_values_are_no_figures(string value) => Assert.Null(StepLog.ReadFigure(JsonElement.Parse(value)));
}
