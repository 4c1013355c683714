using System.IO.Compression;
using VFMTok.Checkpoints;
using VFMTok.Tests.Shared;

namespace VFMTok.Tests.Checkpoints.PyTorch;

public sealed class TorchZipTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Files of more than 4 GiB have places of 64 bits; here every place beyond the first hundred bytes has.
    [Theory]
    [InlineData(uint.MaxValue - 1)]
    [InlineData(100)]
    public void Stored_and_aligned_records_are_read_however_far_they_lie(long largest)
    {
        var original = Path.Combine(Repository.Root, "tests", "Golden", "checkpoints", "gpt_zip.pt");
        var path = _folder.Path("stored.pt");
        using (var zip = ZipFile.OpenRead(original))
        using (var stream = File.Create(path))
        {
            var writer = new StoredZipWriter(stream, largest);
            foreach (var entry in zip.Entries)
            {
                using var content = new MemoryStream();
                using (var record = entry.Open()) record.CopyTo(content);
                writer.Add(entry.FullName, content.ToArray());
            }
            writer.Finish();
        }
        using var expected = CheckpointFile.Open(original);
        using var file = CheckpointFile.Open(path);
        Assert.Equal(expected.Weights.Names, file.Weights.Names);
        foreach (var name in expected.Weights.Names)
        {
            using var one = expected.Weights.Read(name);
            using var other = file.Weights.Read(name);
            Assert.True(one.bytes.SequenceEqual(other.bytes), name);
        }
    }
}
