using System.IO.Compression;
using VFMTok.Tests.Shared;

namespace VFMTok.ML.Tests;

/// <summary>Sound names and sizes pass; each limit is met exactly. What is beyond them: see <see cref="Hostile.ModelZipHostileTests"/>.</summary>
public class ModelZipCheckTests
{
    [Theory]
    [InlineData("TransformerChain/Transform_000/Model.key")]
    [InlineData(@"TransformerChain\Transform_000\Model.key")]
    [InlineData("TrainingInfo/Version.txt")]
    [InlineData("VfmTok/0123456789abcdef0123456789abcdef")]
    [InlineData("TransformerChain/")]
    [InlineData("a.b/.hidden")]
    public void Names_that_stay_in_their_folder_pass(string name) => Require(new ZipRecord(name, [1, 2, 3]));

    [Fact]
    public void The_deepest_and_the_longest_name_pass()
    {
        Require(new ZipRecord(string.Concat(Enumerable.Repeat("a/", ModelZipCheck.MostFolders)) + "b", []));
        Require(new ZipRecord(new string('n', ModelZipCheck.LongestName), []));
    }

    [Fact]
    public void As_many_entries_as_are_allowed_pass() => Require([.. Enumerable.Range(0, ModelZipCheck.MostEntries).Select(i => new ZipRecord($"{i}", []))]);

    [Fact]
    public void A_network_of_zeros_passes() => Require(new ZipRecord("VfmTok/zeros", new byte[ModelZipCheck.FreeBytes]) { Deflated = true });

    [Fact]
    public void What_hardly_shrinks_passes_beyond_the_free_bytes()
    {
        var data = new byte[ModelZipCheck.FreeBytes + 1];
        new Random(1).NextBytes(data.AsSpan(0, data.Length / 64));
        Require(new ZipRecord("VfmTok/sparse", data) { Deflated = true });
    }

    private static void Require(params ZipRecord[] records)
    {
        var bytes = ZipBytes.Of(records);
        using var zip = new ZipArchive(new MemoryStream(bytes));
        ModelZipCheck.Require(zip, bytes.Length);
    }
}
