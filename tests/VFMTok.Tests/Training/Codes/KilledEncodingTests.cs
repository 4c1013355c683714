using System.Diagnostics;
using VFMTok.Training;

namespace VFMTok.Tests.Training.Codes;

/// <summary>An encoding that is killed at any moment goes on. It runs in processes of its own (VFMTok.Interrupted).</summary>
public class KilledEncodingTests
{
    private const int Images = 160;

    [Fact]
    public void Kills_at_random_moments_cost_no_finished_shard_and_change_nothing()
    {
        using var work = new WorkFolder();
        var (whole, folder, tokenizer, random) = (work.Path("whole"), work.Path("killed"), work.Path("tokenizer.safetensors"), new Random(3));
        CodeFixtures.Tokenizer.Save(tokenizer);
        for (var kill = 0; kill < 5; kill++)
        {
            using var process = Start(folder, tokenizer);
            Assert.Equal("started", process.StandardOutput.ReadLine());
            for (var steps = random.Next(3, 8); steps > 0; steps--) Assert.StartsWith("step ", process.StandardOutput.ReadLine());
            Thread.Sleep(random.Next(0, 20)); // in the middle of a batch, or of a file
            process.Kill();
            process.WaitForExit();
            var done = Directory.GetFiles(folder, "shard-*.codes");
            Assert.NotEmpty(done);
            foreach (var shard in done) CodeShard.Open(shard, verify: true).Dispose(); // what has its name is whole
        }
        Assert.Equal("done", Finish(folder, tokenizer));
        Assert.Equal("done", Finish(whole, tokenizer));
        CodeFixtures.RequireEqual(whole, folder);
        using var cache = CodeCache.Open(folder);
        Assert.Equal(Images, cache.Count);
    }

    private static string? Finish(string folder, string tokenizer)
    {
        using var process = Start(folder, tokenizer);
        var errors = process.StandardError.ReadToEndAsync();
        var last = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault();
        Assert.Equal("", errors.Result); // no shard was damaged
        return last;
    }

    private static Process Start(string folder, string tokenizer) =>
        Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "VFMTok.Interrupted.dll"), "codes", folder, Images.ToString(), tokenizer])
            { RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["OMP_NUM_THREADS"] = "1" } })!; // other tests run beside it
}
