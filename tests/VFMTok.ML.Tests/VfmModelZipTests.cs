using System.IO.Compression;
using Microsoft.ML;
using VFMTok.ML.Tests.Components;

namespace VFMTok.ML.Tests;

public sealed class VfmModelZipTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly PictureFolder _pictures = new(3);

    public void Dispose() => _pictures.Dispose();

    [Fact]
    public void A_zip_gives_its_networks_and_frees_them()
    {
        var path = Save();
        var zip = VfmModelZip.Load(_ml, path);
        var (tokenizer, generator) = (zip.Tokenizer!, zip.Generator!);
        Assert.Equal(tokenizer.Hash, generator.TokenizerHash);
        Assert.Equal(2, zip.Steps.Count);
        zip.Dispose();
        Assert.True(tokenizer.IsDisposed && generator.IsDisposed);
    }

    [Fact]
    public void A_chain_without_networks_has_none()
    {
        var rows = _pictures.Rows(_ml);
        var path = Path.Combine(_pictures.Folder, "plain.zip");
        _ml.Model.Save(_ml.Transforms.Conversion.MapValueToKey("Label").Append(_ml.Transforms.CopyColumns("Copy", "Label")).Fit(rows), rows.Schema, path);
        using var zip = VfmModelZip.Load(_ml, path);
        Assert.Null(zip.Tokenizer);
        Assert.Null(zip.Generator);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(-1000)]
    public void A_truncated_zip_is_one_sentence(int keep)
    {
        var bytes = File.ReadAllBytes(Save());
        var path = Path.Combine(_pictures.Folder, "short.zip");
        File.WriteAllBytes(path, bytes[..(keep < 0 ? bytes.Length + keep : keep)]);
        Sentence(path, $"'{path}' is no sound model zip (");
    }

    [Fact]
    public void A_zip_of_something_else_and_a_missing_file_are_named()
    {
        var path = Path.Combine(_pictures.Folder, "other.zip");
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Create)) zip.CreateEntry("readme.txt");
        Sentence(path, $"'{path}' is a zip but no ML.NET model; give a file that mlContext.Model.Save or 'vfmtok train' wrote.");
        Assert.Equal("There is no model file 'nope.zip'; check the path.", Assert.Throws<FileNotFoundException>(() => VfmModelZip.Load(_ml, "nope.zip")).Message);
    }

    [Fact]
    public void A_network_with_a_changed_byte_is_refused()
    {
        var path = Save();
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Update))
        {
            var entry = zip.Entries.First(e => e.FullName.Replace('\\', '/').Contains("VfmTok/", StringComparison.Ordinal));
            using var stream = entry.Open();
            stream.Seek(-5, SeekOrigin.End);
            var value = stream.ReadByte();
            stream.Seek(-1, SeekOrigin.Current);
            stream.WriteByte((byte)(value ^ 1));
        }
        Sentence(path, $"'{path}' is no sound model zip (The content of ");
    }

    private void Sentence(string path, string start)
    {
        var error = Assert.Throws<InvalidDataException>(() => VfmModelZip.Load(_ml, path));
        Assert.StartsWith(start, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    private string Save()
    {
        var rows = _pictures.Rows(_ml);
        using var tokenizer = TestModels.Tokenizer(seed: 41);
        using var generator = TestModels.Generator(tokenizer.Hash);
        using var chain = _ml.Transforms.VfmTokenize("Tokens", "Path", tokenizer).Append(_ml.Transforms.VfmClassToImage("Image", "Label", generator, tokenizer)).Fit(rows);
        var path = Path.Combine(_pictures.Folder, "model.zip");
        _ml.Model.Save(chain, rows.Schema, path);
        return path;
    }
}
