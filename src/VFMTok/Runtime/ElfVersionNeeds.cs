using System.Buffers.Binary;
using System.Text;

namespace VFMTok.Runtime;

/// <summary>Reads and edits the symbol-version needs (<c>.gnu.version_r</c>) of a little-endian ELF64 image held in memory.</summary>
/// <remarks>Layout: ELF gABI sections; <c>Elf64_Verneed</c> and <c>Elf64_Vernaux</c> of the LSB symbol-versioning chapter (16 bytes each).</remarks>
internal static class ElfVersionNeeds
{
    private const uint SectionTypeVersionNeeds = 0x6ffffffe; // SHT_GNU_verneed
    private const ushort Weak = 0x2;                         // VER_FLG_WEAK: absence is a warning of the loader, not an error

    /// <summary>One required symbol version: the library it is required of, its name, and the offset of its flags in the image.</summary>
    public readonly record struct Need(string Library, string Version, int FlagsOffset, bool IsWeak);

    /// <summary>Lists every version need of the image.</summary>
    /// <exception cref="InvalidDataException">The bytes are no little-endian ELF64 image or its tables point outside of it.</exception>
    public static IReadOnlyList<Need> Read(ReadOnlySpan<byte> image)
    {
        try
        {
            return ReadTables(image);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException("The native library's version table points outside of the file; the file is damaged, restore its package again.", e);
        }
    }

    /// <summary>Marks the needs of exactly one version name as weak. Nothing else in the image changes.</summary>
    /// <returns>How many needs were changed.</returns>
    public static int MarkWeak(Span<byte> image, string version)
    {
        var changed = 0;
        foreach (var need in Read(image))
        {
            if (need.Version != version || need.IsWeak) continue;
            var flags = image.Slice(need.FlagsOffset, 2);
            BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | Weak));
            changed++;
        }
        return changed;
    }

    private static List<Need> ReadTables(ReadOnlySpan<byte> image)
    {
        if (image.Length < 64 || !image[..6].SequenceEqual(stackalloc byte[] { 0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1 }))
            throw new InvalidDataException("The native library is no little-endian 64-bit ELF file; restore its package again.");
        var sections = checked((int)U64(image, 0x28));
        int entrySize = U16(image, 0x3A), count = U16(image, 0x3C);
        var needs = new List<Need>();
        for (var s = 0; s < count; s++)
        {
            var header = image.Slice(sections + s * entrySize, 64);
            if (U32(header, 4) != SectionTypeVersionNeeds) continue;
            var strings = image.Slice(sections + checked((int)U32(header, 0x28)) * entrySize, 64); // sh_link: the string table of the names
            ReadNeeds(image, checked((int)U64(header, 0x18)), (int)U32(header, 0x2C), checked((int)U64(strings, 0x18)), needs);
        }
        return needs;
    }

    private static void ReadNeeds(ReadOnlySpan<byte> image, int at, int libraries, int strings, List<Need> needs)
    {
        for (var l = 0; l < libraries; l++)
        {
            var library = Text(image, strings + (int)U32(image, at + 4));
            var aux = at + (int)U32(image, at + 8);
            for (var v = U16(image, at + 2); v > 0; v--)
            {
                needs.Add(new Need(library, Text(image, strings + (int)U32(image, aux + 8)), aux + 4, (U16(image, aux + 4) & Weak) != 0));
                aux += (int)U32(image, aux + 12);
            }
            at += (int)U32(image, at + 12);
        }
    }

    private static string Text(ReadOnlySpan<byte> image, int at)
    {
        var rest = image[at..];
        return Encoding.ASCII.GetString(rest[..rest.IndexOf((byte)0)]);
    }

    private static ushort U16(ReadOnlySpan<byte> b, int at) => BinaryPrimitives.ReadUInt16LittleEndian(b[at..]);
    private static uint U32(ReadOnlySpan<byte> b, int at) => BinaryPrimitives.ReadUInt32LittleEndian(b[at..]);
    private static ulong U64(ReadOnlySpan<byte> b, int at) => BinaryPrimitives.ReadUInt64LittleEndian(b[at..]);
}
