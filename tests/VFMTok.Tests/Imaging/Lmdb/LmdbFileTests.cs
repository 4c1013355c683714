using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using VFMTok.Imaging;
using VFMTok.Imaging.Lmdb;
using VFMTok.Tests.Shared;

namespace VFMTok.Tests.Imaging.Lmdb;

public sealed class LmdbFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vfmtok").FullName;

    private string Data => Path.Combine(_folder, "data.mdb");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(LmdbFixtures.Version09)]
    [InlineData(LmdbFixtures.Version10)]
    public void Files_of_the_native_library_are_read(string fixture)
    {
        LmdbFixtures.Unpack(fixture, _folder);
        foreach (var path in new[] { _folder, Data })
        {
            using var file = new LmdbFile(path);
            Assert.Equal(61, file.Entries);
            Assert.Equal("60", Encoding.ASCII.GetString(file.Find("num_samples")!));
            for (var i = 0; i < 60; i++) Assert.InRange(file.Find($"{i}")!.Length, i % 20 == 19 ? 4854 : 102, i % 20 == 19 ? 6000 : 300);
            foreach (var absent in new[] { "", "60", "/", "zzz", "num_sample" }) Assert.Null(file.Find(absent));
        }
    }

    [Theory]
    [InlineData(1, 4096, 20_000)] // three levels
    [InlineData(3, 4096, 20_000)]
    [InlineData(1, 512, 3_000)]
    [InlineData(3, 65536, 3_000)]
    [InlineData(1, 4096, 1)]
    [InlineData(1, 4096, 0)]
    public void Every_value_of_a_file_is_found(int format, int pageSize, int count)
    {
        var values = Enumerable.Range(0, count).Select(i => new byte[i % 97 == 96 ? 9000 : i % 23].Select((_, k) => (byte)(i + k)).ToArray()).ToArray();
        new LmdbWriter(format, pageSize).Write(_folder, [.. values.Select((v, i) => ($"{i}", v))]);
        using var file = new LmdbFile(_folder);
        Assert.Equal(count, file.Entries);
        Parallel.For(0, count, i => Assert.Equal(values[i], file.Find($"{i}")));
        foreach (var absent in new[] { "", count.ToString(CultureInfo.InvariantCulture), "x" }) Assert.Null(file.Find(absent));
    }

    [Fact]
    public void What_is_no_such_file_is_named()
    {
        var sub = Directory.CreateDirectory(Path.Combine(_folder, "empty")).FullName;
        Fails($"There is no LMDB file '{Path.Combine(sub, "data.mdb")}'; give the file, or the folder that holds it under the name data.mdb.", sub);
        Fails("There is no LMDB file 'nowhere'; give the file, or the folder that holds it under the name data.mdb.", "nowhere");
        Fails("it has only 5 bytes", Written(new byte[5]));
        Fails("it does not start as one, or was made on a 32-bit or big-endian system", Written(new byte[9000]));
        Fails("its format is 2 where 1 or 3 is read", Changed(16 + 4, 2));
        Fails("its pages claim 4097 bytes", Changed(16 + 24, 4097));
        Fails("its pages claim 0 bytes", Changed(16 + 24, 0));
        Fails("its keys are sorted in a special way (flags 4), which image sets do not use", Changed(4096 + 16 + 76, 4));
    }

    [Fact]
    public void Damaged_trees_are_named()
    {
        const int root = 4096 + 16 + 112, leaf = 2 * 4096;
        Fails("it refers to page 99 where only 5 are", Changed(root, 99));
        Fails("page 1 is damaged", Changed(root, 1)); // a meta page
        Fails("page 2 is damaged", Changed(leaf, 3)); // says that it is another page
        Fails("page 2 is damaged", Changed(leaf + 12, 0xffff)); // more nodes than a page holds
        Fails("page 2 is damaged", Changed(leaf + 12, 0));
        Fails("page 2 is damaged", Changed(leaf + 16, 4090)); // a node across the end
        Fails("a key has several values or a tree of its own (flags 4), which image sets do not use", Changed(leaf + 4096 - 14 + 4, 4));
        Fails("a value claims 4294967295 bytes where at most", Changed(leaf + 4096 - 14 - 18, uint.MaxValue));
        Fails("a value lies on page 4660 where only 5 are", Changed(leaf + 4096 - 14 - 18 + 8 + 1, 0x1234));
        var whole = File.ReadAllBytes(Sound());
        Fails("it refers to page 2 where only 2 are", Written(whole[..8192]));
        Fails("a value claims 5000 bytes where at most 4080 can be", Written(whole[..^4096]));
    }

    [Fact]
    public void A_tree_that_runs_in_circles_ends_with_an_error()
    {
        new LmdbWriter().Write(_folder, [.. Enumerable.Range(0, 1000).Select(i => ($"{i}", new byte[9]))]);
        var bytes = File.ReadAllBytes(Data);
        var root = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(4096 + 16 + 112));
        for (var node = 0; node < (BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan((int)root * 4096 + 12)) - 16) / 2; node++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan((int)root * 4096 + BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan((int)root * 4096 + 16 + node * 2))), (uint)root);
        Fails("its tree has more than 32 levels", Written(bytes));
    }

    // Every byte of a small file damaged in turn, and every length: an answer or a sentence, nothing else.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void No_damage_goes_further_than_an_error(int format)
    {
        new LmdbWriter(format, 512).WriteSet(_folder, [.. Enumerable.Range(0, 12).Select(i => Pickles.Of(new byte[i * 40], i))]);
        var sound = File.ReadAllBytes(Data);
        var random = new Random(1);
        for (var run = 0; run < 3000; run++)
        {
            var bytes = sound.ToArray();
            for (var k = random.Next(1, 4); k > 0; k--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (run % 10 == 0) bytes = bytes[..random.Next(bytes.Length)];
            File.WriteAllBytes(Data, bytes);
            try
            {
                using var set = new LmdbImageSet(_folder);
                for (var i = 0; i < Math.Min(set.Count, 12); i++)
                {
                    try
                    {
                        _ = set.Read(i);
                    }
                    catch (InvalidImageException) { }
                }
            }
            catch (InvalidImageException) { }
        }
    }

    // Page 2: a leaf with the keys a (in the page) and b (on pages 3 and 4).
    private string Sound()
    {
        new LmdbWriter().Write(_folder, [("b", new byte[5000]), ("a", new byte[5])]);
        var bytes = File.ReadAllBytes(Data);
        var swapped = bytes.ToArray(); // the writer puts the long value before its leaf: pages 2, 3 and 4
        bytes.AsSpan(4 * 4096, 4096).CopyTo(swapped.AsSpan(2 * 4096));
        bytes.AsSpan(2 * 4096, 8192).CopyTo(swapped.AsSpan(3 * 4096));
        BinaryPrimitives.WriteInt64LittleEndian(swapped.AsSpan(2 * 4096), 2);
        BinaryPrimitives.WriteInt64LittleEndian(swapped.AsSpan(3 * 4096), 3);
        BinaryPrimitives.WriteInt64LittleEndian(swapped.AsSpan(4096 + 16 + 112), 2);
        BinaryPrimitives.WriteInt64LittleEndian(swapped.AsSpan(3 * 4096 - 14 - 18 + 9), 3);
        File.WriteAllBytes(Data, swapped);
        using var file = new LmdbFile(_folder);
        Assert.Equal((5, 5000), (file.Find("a")!.Length, file.Find("b")!.Length));
        return Data;
    }

    private string Changed(int at, uint value)
    {
        var bytes = File.ReadAllBytes(Sound());
        if (value <= ushort.MaxValue) BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), (ushort)value);
        else BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), value);
        return Written(bytes);
    }

    private string Written(byte[] bytes)
    {
        File.WriteAllBytes(Data, bytes);
        return Data;
    }

    private static void Fails(string fault, string path)
    {
        var error = Assert.Throws<InvalidImageException>(() =>
        {
            using var file = new LmdbFile(path);
            _ = (file.Find("a"), file.Find("b"));
        });
        Assert.Contains(fault.StartsWith("There", StringComparison.Ordinal) ? fault : $"'{path}' is no sound LMDB file: {fault}", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
    }
}
