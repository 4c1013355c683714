using System.IO.Compression;
using VFMTok.Numpy;

namespace VFMTok.Tests.Numpy;

public sealed class NpzWriterTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    private string Path => _folder.Path("written.npz");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public void What_is_written_is_read(CompressionLevel compression)
    {
        NpzWriter.Write(Path, Sample, compression);
        using (var zip = ZipFile.OpenRead(Path)) Assert.All(zip.Entries, e => Assert.Equal(compression == CompressionLevel.NoCompression, e.Length == e.CompressedLength));
        using var file = NpzFile.Open(Path);
        Assert.Equal(["mu", "sigma", "mu_s", "labels", "arr_0", "none", "note"], file.Names);
        Assert.Equal([0.5, double.NaN], Read("mu", r => r.ReadDoubles()));
        Assert.Equal([1.0, 2, 3, 4, 5, 6], Read("sigma", r => r.Require(2, 3).ReadDoubles()));
        Assert.Equal([1.5f, float.MaxValue], Read("mu_s", r => r.ReadFloats()));
        Assert.Equal([long.MinValue, 7], Read("labels", r => r.Require(2).ReadIntegers()));
        Assert.Equal(Enumerable.Range(0, 96).Select(i => (byte)i), Read("arr_0", r => r.Require(2, 4, 4, 3).ReadBytes()));
        Assert.Equal(0, Read("none", r => r.Rows().Count));
        Assert.Equal("größe", Read("note", r => r.ReadText()));

        T Read<T>(string name, Func<NpyReader, T> read)
        {
            using var reader = file.Get(name);
            return read(reader);
        }
    }

    [Fact]
    public void The_same_arrays_give_the_same_bytes()
    {
        NpzWriter.Write(Path, Sample);
        NpzWriter.Write(_folder.Path("again.npz"), Sample);
        Assert.Equal(File.ReadAllBytes(Path), File.ReadAllBytes(_folder.Path("again.npz")));
    }

    [Fact]
    public void A_failure_leaves_what_was_there()
    {
        NpzWriter.Write(Path, Sample);
        var before = File.ReadAllBytes(Path);
        Assert.Equal("1 of 2 rows of 'arr_0' are written; write the others first.", Assert.Throws<InvalidOperationException>(() => NpzWriter.Write(Path, npz => npz.BeginRows("arr_0", [1], 2).Write([1]))).Message);
        Assert.Throws<InvalidNumpyFileException>(() => NpzWriter.Write(Path, _ => throw new InvalidNumpyFileException("The source is damaged.")));
        Assert.Equal(before, File.ReadAllBytes(Path));
        Assert.Equal([Path], Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!));
        Assert.Contains("cannot be written", Assert.Throws<IOException>(() => NpzWriter.Write(_folder.Path("none/a.npz"), Sample)).Message);
    }

    [Fact]
    public void Names_and_shapes_are_checked()
    {
        using var npz = new NpzWriter(new MemoryStream());
        npz.Add("a", [1.0]);
        Assert.Contains("has an array 'a' already", Assert.Throws<ArgumentException>(() => npz.Add("a", [1.0])).Message);
        Assert.Contains("cannot be called '../a', a name that is a path that leads elsewhere", Assert.Throws<ArgumentException>(() => npz.Add("../a", [1.0])).Message);
        Assert.Contains("2 values do not have the shape (3,)", Assert.Throws<ArgumentException>(() => npz.Add("b", [1.0, 2], 3)).Message);
        Assert.Contains("2 values do not have the shape (-1, -2)", Assert.Throws<ArgumentException>(() => npz.Add("b", [1.0, 2], -1, -2)).Message);
        Assert.Contains("The shape (2, 0) cannot be written row by row", Assert.Throws<ArgumentException>(() => npz.BeginRows("b", [0], 2)).Message);
        Assert.Contains("The shape (-1, 3) cannot be written row by row", Assert.Throws<ArgumentException>(() => npz.BeginRows("b", [3], -1)).Message);
        npz.Add("b", [1.0, 2], 2, 1);
        npz.Finish();
    }

    [Fact]
    public void A_stream_need_not_be_seekable()
    {
        var bytes = new Forward();
        using (var npz = new NpzWriter(bytes))
        {
            Sample(npz);
            npz.Finish();
        }
        using var file = new NpzFile(new MemoryStream(bytes.ToArray()), "a");
        using var reader = file.Get("sigma");
        Assert.Equal(6, reader.ReadDoubles().Length);
    }

    private static void Sample(NpzWriter npz)
    {
        npz.Add("mu", [0.5, double.NaN]);
        npz.Add("sigma", [1.0, 2, 3, 4, 5, 6], 2, 3);
        npz.Add("mu_s", [1.5f, float.MaxValue]);
        npz.Add("labels", [long.MinValue, 7]);
        var rows = npz.BeginRows("arr_0", [4, 4, 3], 2);
        for (var row = 0; row < 2; row++) rows.Write([.. Enumerable.Range(48 * row, 48).Select(i => (byte)i)]);
        npz.BeginRows("none", [4, 4, 3], 0);
        npz.AddText("note", "größe");
    }

    private sealed class Forward : MemoryStream
    {
        public override bool CanSeek => false;
    }
}
