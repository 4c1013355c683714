using System.Buffers.Binary;
using System.Text;
using TorchSharp;
using VFMTok.Runtime;

namespace VFMTok.Tests.Runtime;

public class NativeBackendTests
{
    private static string LibraryPath() =>
        Directory.EnumerateFiles(AppContext.BaseDirectory, "libLibTorchSharp.so", SearchOption.AllDirectories).First();

    [Fact]
    public void Torch_computes_in_a_plain_process()
    {
        NativeBackend.EnsureLoaded();
        using var x = torch.ones(2, 3);
        using var sum = x.sum();
        Assert.Equal(6f, sum.item<float>());
    }

    [SkippableFact]
    public void The_waiver_changes_only_the_flag_of_the_one_version_need()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        var before = File.ReadAllBytes(LibraryPath());
        var after = before.ToArray();
        var needs = ElfVersionNeeds.Read(before);
        var waived = Assert.Single(needs, n => n.Version == NativeBackend.WaivedVersion);
        Assert.Contains("libstdc++", waived.Library);
        Assert.Equal(1, ElfVersionNeeds.MarkWeak(after, NativeBackend.WaivedVersion));

        var changed = Enumerable.Range(0, before.Length).Where(i => before[i] != after[i]).ToArray();
        Assert.Equal([waived.FlagsOffset], changed);
        Assert.Equal(before[waived.FlagsOffset] | 0x2, after[waived.FlagsOffset]);
        foreach (var (b, a) in needs.Zip(ElfVersionNeeds.Read(after)))
            Assert.Equal(b with { IsWeak = b.IsWeak || b.Version == NativeBackend.WaivedVersion }, a);
        Assert.True(needs.Count > 10, "the library needs many versions; only one of them may change");
    }

    [SkippableFact]
    public void Another_missing_version_is_still_an_error_that_names_it()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        var image = File.ReadAllBytes(LibraryPath());
        var other = ElfVersionNeeds.Read(image).First(n => n.Version.StartsWith("GLIBCXX_3.4.") && n.Version != NativeBackend.WaivedVersion);
        RenameNeed(image, other, "GLIBCXX_7" + other.Version[9..]);
        var renamed = ElfVersionNeeds.Read(image).First(n => n.FlagsOffset == other.FlagsOffset).Version;

        var error = LoadCopy(image);
        Assert.Contains(renamed, error.Message);
    }

    [SkippableFact]
    public void Another_missing_library_is_reported_by_name()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        var image = File.ReadAllBytes(LibraryPath());
        var name = Encoding.ASCII.GetBytes("libtorch_cpu.so\0");
        for (var at = image.AsSpan().IndexOf(name); at >= 0; at = image.AsSpan().IndexOf(name))
            Encoding.ASCII.GetBytes("libtorch_xyz.so").CopyTo(image, at);

        var error = LoadCopy(image);
        Assert.Contains("libtorch_xyz.so", error.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(4096)]
    public void A_damaged_library_is_an_error_and_not_a_crash(int length)
    {
        var garbage = new byte[length];
        new Random(1).NextBytes(garbage);
        if (length > 64) new byte[] { 0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1 }.CopyTo(garbage, 0);
        Assert.Throws<InvalidDataException>(() => ElfVersionNeeds.Read(garbage));
    }

    private static DllNotFoundException LoadCopy(byte[] image)
    {
        var folder = Directory.CreateTempSubdirectory("vfmtok-native-");
        try
        {
            File.WriteAllBytes(Path.Combine(folder.FullName, "libLibTorchSharp.so"), image);
            return Assert.Throws<DllNotFoundException>(() => NativeBackend.Load(folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // The auxiliary entry: hash (4), flags (2), other (2), name (4), next (4). Renames the string, and the hash with it.
    private static void RenameNeed(byte[] image, ElfVersionNeeds.Need need, string name)
    {
        var old = Encoding.ASCII.GetBytes(need.Version + "\0");
        var entry = need.FlagsOffset - 4;
        var strings = image.AsSpan().IndexOf(old);
        Encoding.ASCII.GetBytes(name).CopyTo(image, strings);
        uint h = 0;
        foreach (var c in name) { h = (h << 4) + c; var g = h & 0xf0000000; if (g != 0) h ^= g >> 24; h &= ~g; }
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(entry), h);
    }
}
