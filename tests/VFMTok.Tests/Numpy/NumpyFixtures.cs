using System.Text;
using VFMTok.Numpy;

namespace VFMTok.Tests.Numpy;

/// <summary>Files that NumPy wrote (see Fixtures/README.md), and arrays byte by byte, sound or not.</summary>
internal static class NumpyFixtures
{
    public const string Name = "hostile.npz";

    private static readonly string Folder = System.IO.Path.Combine(Repository.Root, "tests", "VFMTok.Tests", "Numpy", "Fixtures");

    /// <summary>The bytes of every file.</summary>
    public static IEnumerable<byte[]> All => Directory.GetFiles(Folder, "*.np*").Order(StringComparer.Ordinal).Select(File.ReadAllBytes);

    /// <summary>Where a file lies.</summary>
    public static string Path(string file) => System.IO.Path.Combine(Folder, file);

    /// <summary>An array: this text for a header, unpadded, then the data.</summary>
    public static byte[] Npy(string header, params byte[] data) => [0x93, .. "NUMPY\x01\0"u8, (byte)header.Length, (byte)(header.Length >> 8), .. Encoding.Latin1.GetBytes(header), .. data];

    /// <summary>An array of one dimension of this type.</summary>
    public static byte[] Npy(string type, string shape, params byte[] data) => Npy($"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}", data);

    /// <summary>Reads such bytes as one array, as errors know it under <see cref="Name"/>.</summary>
    public static NpyReader Open(byte[] bytes) => new(new MemoryStream(bytes), new NpySource(Name));

    /// <summary>The data behind a stream that cannot be asked how long it is.</summary>
    public static NpyReader OpenUnknown(byte[] bytes) => new(new Endless(bytes), new NpySource(Name));

    private sealed class Endless(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
