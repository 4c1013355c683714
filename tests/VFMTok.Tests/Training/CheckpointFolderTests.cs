using System.Diagnostics;
using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Runtime;
using VFMTok.Training;
using static TorchSharp.torch;

namespace VFMTok.Tests.Training;

public sealed class CheckpointFolderTests : IDisposable
{
    private const string Identity = """{"BatchSize":16,"Config":{"Width":64}}""";

    private readonly WorkFolder _work = new();
    private readonly List<string> _warnings = [];
    private readonly DisposeScope _scope = NewDisposeScope();

    [Fact]
    public void What_was_saved_comes_back()
    {
        Save(7, 3);
        using var folder = Open();
        var state = State(0);
        Assert.Equal(new TrainingPosition(7, 1, 0, 2.5), folder.Restore(Identity, state));
        Assert.Equal(3, state[0].Tensor.data<float>()[1]);
        Assert.Equal(3, state[1].Tensor.item<long>());
    }

    [Fact]
    public void An_empty_folder_has_nothing_to_restore()
    {
        using var folder = Open();
        Assert.Null(folder.Restore(Identity, State(0)));
        Assert.Equal(-1, folder.NewestStep);
    }

    [Fact]
    public void Old_checkpoints_and_halves_are_removed_and_other_files_stay()
    {
        File.WriteAllText(Make("tokenizer-000000009.safetensors.0123.tmp"), "half");
        File.WriteAllText(Make("notes.txt"), "mine");
        foreach (var step in new[] { 1, 2, 3, 4 }) Save(step, step);
        Assert.Equal(["notes.txt", "tokenizer-000000003.safetensors", "tokenizer-000000004.safetensors", "tokenizer.lock"], Directory.GetFiles(Root).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("truncated")]
    [InlineData("changed")]
    [InlineData("empty")]
    [InlineData("text")]
    public void A_damaged_newest_checkpoint_is_named_and_the_one_before_is_taken(string how)
    {
        Save(1, 1);
        Save(2, 2);
        Damage(File2, how);
        using var folder = Open();
        var state = State(9);
        Assert.Equal(1, folder.Restore(Identity, state)!.Step);
        Assert.Equal(1, state[0].Tensor.data<float>()[0]);
        Assert.Contains("'tokenizer-000000002.safetensors'", _warnings[0]);
        Assert.Equal("The run goes on from step 1, the newest checkpoint that is sound.", _warnings[^1]);
        Assert.True(File.Exists(File2)); // for whoever wants to look at it
    }

    [Fact]
    public void If_no_checkpoint_is_sound_the_run_does_not_start_from_nothing()
    {
        Save(1, 1);
        Damage(Make("tokenizer-000000001.safetensors"), "changed");
        using var folder = Open();
        var state = State(9);
        var error = Assert.Throws<InvalidCheckpointException>(() => folder.Restore(Identity, state));
        Assert.Equal($"None of the 1 checkpoints in '{Root}' can be read, the newest because: 'tokenizer-000000001.safetensors' is damaged: its content does not have the hash that it states. Delete them to start again.", error.Message);
        Assert.Equal(9, state[0].Tensor.data<float>()[0]); // untouched
    }

    [Fact]
    public void A_checkpoint_of_another_configuration_is_refused_with_the_difference()
    {
        Save(1, 1);
        using var folder = Open();
        var error = Assert.Throws<ArgumentException>(() => folder.Restore(Identity.Replace("64", "96"), State(0)));
        Assert.Equal($"The checkpoints in '{Root}' belong to another run: Config.Width is 64 there and 96 here; use the same options or another folder.", error.Message);
    }

    [Fact]
    public void A_save_that_fails_is_a_warning_and_costs_nothing()
    {
        Save(1, 1);
        using (var folder = new CheckpointFolder(Root, "tokenizer", 2, _warnings.Add, (path, write) => AtomicFile.Write(path, s => { write(s); throw new IOException("No space left on device"); })))
            Assert.False(folder.Save(new TrainingPosition(2, 0, 0, 0), Identity, State(2)));
        Assert.Contains("The checkpoint of step 2 was not saved: ", _warnings[0]);
        Assert.Contains("No space left on device", _warnings[0]);
        Assert.EndsWith("; the one of step 1 is still there.", _warnings[0]);
        Assert.Equal(["tokenizer-000000001.safetensors", "tokenizer.lock"], Directory.GetFiles(Root).Select(Path.GetFileName).Order());
    }

    [SkippableFact]
    public void A_full_disk_is_a_warning_and_costs_nothing()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "needs the right to mount a small file system");
        Directory.CreateDirectory(Root);
        Skip.IfNot(Shell("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", Root) == 0, "a small file system cannot be mounted here");
        try
        {
            Save(1, 1);
            using var folder = Open();
            using var large = zeros(100_000);
            Assert.False(folder.Save(new TrainingPosition(2, 0, 0, 0), Identity, [("weight", large)]));
            Assert.EndsWith("; the one of step 1 is still there.", Assert.Single(_warnings));
            Assert.Equal(1, folder.Restore(Identity, State(0))!.Step);
        }
        finally
        {
            Shell("umount", "-l", Root);
        }
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_one_sentence()
    {
        var file = Path.GetTempFileName();
        try
        {
            var error = Assert.Throws<IOException>(() => new CheckpointFolder(Path.Combine(file, "run"), "tokenizer", 2, _warnings.Add));
            Assert.StartsWith($"The training folder '{Path.Combine(file, "run")}' cannot be written (", error.Message);
            Assert.EndsWith("choose a folder that you may write to.", error.Message);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_folder_has_one_run_of_a_phase_at_a_time()
    {
        using var first = Open();
        Assert.Equal($"Another process trains the tokenizer in '{Root}'; wait for it or choose another folder.", Assert.Throws<IOException>(Open).Message);
        using var other = new CheckpointFolder(Root, "generator", 2, _warnings.Add);
    }

    [Fact]
    public void Clearing_removes_checkpoints_only()
    {
        Save(1, 1);
        File.WriteAllText(Make("tokenizer.jsonl"), "{}");
        CheckpointFolder.Clear(Root, "tokenizer");
        Assert.Equal(["tokenizer.jsonl"], Directory.GetFiles(Root).Select(Path.GetFileName));
    }

    public void Dispose()
    {
        _scope.Dispose();
        _work.Dispose();
    }

    private string Root => _work.Path("run");

    private string File2 => Make("tokenizer-000000002.safetensors");

    private CheckpointFolder Open() => new(Root, "tokenizer", 2, _warnings.Add);

    private void Save(int step, float value)
    {
        using var folder = Open();
        Assert.True(folder.Save(new TrainingPosition(step, 1, 0, 2.5), Identity, State(value)));
    }

    private static (string Name, Tensor Tensor)[] State(float value) => [("model.weight", full([2, 3], value)), ("updates", full([1], (long)value, dtype: ScalarType.Int64))];

    private string Make(string name)
    {
        Directory.CreateDirectory(Root);
        return Path.Combine(Root, name);
    }

    private static void Damage(string path, string how)
    {
        var bytes = File.ReadAllBytes(path);
        if (how == "changed") bytes[^30] ^= 1;
        File.WriteAllBytes(path, how switch { "truncated" => bytes[..^9], "empty" => [], "text" => "no checkpoint"u8.ToArray(), _ => bytes });
    }

    private static int Shell(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
