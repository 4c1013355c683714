using VFMTok.Numpy;
using VFMTok.Tests.Shared;
using static VFMTok.Tests.Numpy.NumpyFixtures;

namespace VFMTok.Tests.Numpy;

public class NpzFileTests
{
    private static readonly byte[] Sound = Npy("|u1", "(1,)", 1);

    private static readonly Dictionary<string, (byte[] Bytes, string Fault)> Cases = new()
    {
        ["nothing"] = ([], "it is empty"),
        ["a single array"] = (Sound, "is a single array and no archive"),
        ["a text"] = ([.. "<html>"u8], "is no zip"),
        ["a zip without its end"] = (ZipBytes.Of(new ZipRecord("a.npy", Sound))[..^10], "it is damaged"),
        ["more records than there are"] = (ZipBytes.Counted([new("a.npy", Sound)], 9), "it is damaged"),
        ["a name twice"] = (ZipBytes.Of(new("a.npy", Sound), new("a.npy", Sound)), "its array 'a' is there twice"),
        ["an encrypted array"] = (ZipBytes.Of(new ZipRecord("a.npy", Sound) { Flags = 1 }), "its array 'a' is encrypted"),
        ["another compression"] = (ZipBytes.Of(new ZipRecord("a.npy", Sound) { Method = 12 }), "its array 'a' is damaged"),
        ["a length that cannot have been packed"] = (ZipBytes.Of(new ZipRecord("a.npy", Sound) { Deflated = true, Length = 2_000_000_000 }), "claims 2000000000 bytes, more than can be packed in"),
        ["a length of 2^62"] = (ZipBytes.Of(new ZipRecord("a.npy", Sound) { Length64 = 1UL << 62 }), "claims 4611686018427387904 bytes, more than can be packed in"),
        ["a negative length"] = (ZipBytes.Of(new ZipRecord("a.npy", Sound) { Length64 = ulong.MaxValue }), "hostile.npz"),
        ["a place beyond the end"] = (ZipBytes.Of(new ZipRecord("a.npy", Sound) { Offset = 1_000_000 }), "is damaged"),
        ["a wrong checksum"] = (ZipBytes.Of(new ZipRecord("a.npy", Sound) { Crc = 1 }), "its array 'a' has a wrong checksum"),
        ["a path upwards"] = (ZipBytes.Of(new ZipRecord("../../etc/a.npy", Sound)), "whose name is a path that leads elsewhere"),
        ["a path from the root"] = (ZipBytes.Of(new ZipRecord("/etc/a.npy", Sound)), "whose name is a path that leads elsewhere"),
        ["a path of Windows"] = (ZipBytes.Of(new ZipRecord("..\\a.npy", Sound)), "whose name has a control character or a backslash"),
        ["a name of two lines"] = (ZipBytes.Of(new ZipRecord("a\nb.npy", Sound)), "has the array 'a?b', whose name has a control character"),
        ["no name"] = (ZipBytes.Of(new ZipRecord(".npy", Sound)), "whose name has 0 characters"),
        ["a name of 600 characters"] = (ZipBytes.Of(new ZipRecord(new string('a', 600) + ".npy", Sound)), "whose name has 600 characters"),
        ["an empty array"] = (ZipBytes.Of(new ZipRecord("a.npy", [])), "its array 'a' ends after 0 bytes"),
        ["a shape larger than the entry"] = (ZipBytes.Of(new ZipRecord("a.npy", Npy("<f8", "(1152921504606846975,)", 1))), "has 1 bytes of data where its shape (1152921504606846975,) of float64 needs 9223372036854775800"),
        ["bytes behind the data"] = (ZipBytes.Of(new ZipRecord("a.npy", [.. Sound, 1])), "has 2 bytes of data where its shape (1,) of uint8 needs 1"),
        ["bytes that its length hides"] = (ZipBytes.Of(new ZipRecord("a.npy", [.. Sound, 1]) { Length = (uint)Sound.Length }), "goes on after its data"),
        ["fewer bytes than it states"] = (ZipBytes.Of(new ZipRecord("a.npy", Npy("|u1", "(9,)", 1)) { Length = (uint)Npy("|u1", "(9,)", 1).Length + 8 }), "before its data do"),
        ["packed data that are none"] = (ZipBytes.Of(new ZipRecord("a.npy", [255, 254, 253, 252, 251, 250, 1, 2, 3]) { Method = 8 }), "its array 'a' is damaged"),
        ["a zip in a zip"] = (ZipBytes.Of(new ZipRecord("a.npy", ZipBytes.Of(new ZipRecord("a.npy", Sound)))), "does not begin as a NumPy array does"),
        ["too many arrays"] = (ZipBytes.Of([.. Enumerable.Range(0, 10_001).Select(i => new ZipRecord($"{i}.npy", []))]), "more than 10000 arrays"),
    };

    public static TheoryData<string> Names() => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_archive_that_lies_is_refused(string name) => Refusal.Of<InvalidNumpyFileException>(Name, Cases[name].Fault, () =>
    {
        using var file = new NpzFile(new MemoryStream(Cases[name].Bytes), Name);
        foreach (var array in file.Names)
        {
            using var reader = file.Get(array);
            reader.ReadDoubles();
        }
        return null;
    });

    [Theory]
    [InlineData("stored.npz")]
    [InlineData("deflated.npz")]
    public void Archives_of_numpys_are_read(string fixture)
    {
        using var file = NpzFile.Open(NumpyFixtures.Path(fixture));
        Assert.Equal(fixture == "stored.npz" ? ["mu", "sigma", "mu_s", "sigma_s", "arr_0"] : ["mu", "arr_0"], file.Names);
        Assert.True(file.TryGet("mu", out var mu));
        using (mu) Assert.Equal([0.5, -1.25, 3e-3], mu.ReadDoubles());
        Assert.False(file.TryGet("none", out var none));
        Assert.Null(none);
        Refusal.Of<InvalidNumpyFileException>(fixture, "has no array 'none' but mu, ", () => file.Get("none"));
    }

    [Fact]
    public void Statistics_in_float32_are_read()
    {
        using var file = NpzFile.Open(NumpyFixtures.Path("stored.npz"));
        using var sigma = file.Get("sigma_s");
        Assert.Equal([0f, 1, 2, 3, 4, 5], sigma.Require(2, 3).ReadFloats());
    }

    [Fact]
    public void Two_arrays_are_read_in_turns_and_each_again()
    {
        using var file = NpzFile.Open(NumpyFixtures.Path("deflated.npz"));
        using var one = file.Get("arr_0");
        using var other = file.Get("arr_0");
        var (first, second, a, b) = (one.Rows(), other.Rows(), new byte[48], new byte[48]);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal((1, 1), (first.Read(a), second.Read(b)));
            Assert.Equal(a, b);
        }
    }

    [Fact]
    public void Entries_that_are_no_arrays_are_passed_over_and_folders_are_part_of_names()
    {
        using var file = new NpzFile(new MemoryStream(ZipBytes.Of(new("readme.txt", [1]), new("layer/weight.npy", Sound), new("a.NPY", Sound), new("folder/", []))), Name);
        Assert.Equal(["layer/weight"], file.Names);
        using var empty = new NpzFile(new MemoryStream(ZipBytes.Of()), Name);
        Assert.Empty(empty.Names);
        Refusal.Of<InvalidNumpyFileException>(Name, "has no array 'mu' but none at all", () => empty.Get("mu"));
    }

    [Fact]
    public void A_file_that_is_none_is_told()
    {
        using var folder = new WorkFolder();
        Assert.Throws<FileNotFoundException>(() => NpzFile.Open(folder.Path("none.npz")));
        Assert.Contains("is a folder", Assert.Throws<InvalidNumpyFileException>(() => NpzFile.Open(System.IO.Path.GetTempPath())).Message);
    }
}
