using System.Buffers.Binary;
using System.IO.Compression;
using SkiaSharp;
using VFMTok.Tests.Shared;

namespace VFMTok.Tests.Hostile;

/// <summary>Small pictures of every format, made byte by byte or by an encoder, and parts to put bad ones together.</summary>
internal static class ImageBytes
{
    public static byte[] Signature { get; } = [0x89, .. "PNG\r\n"u8, 0x1a, (byte)'\n'];

    /// <summary>4 x 3, RGB.</summary>
    public static byte[] Png { get; } = PngOf(Header(4, 3), Chunk("IDAT", Packed(new byte[3 * 13])));

    public static byte[] Jpeg { get; } = Encoded(SKEncodedImageFormat.Jpeg);

    public static byte[] Webp { get; } = Encoded(SKEncodedImageFormat.Webp);

    public static byte[] Bmp { get; } = BmpOf(4, 3);

    /// <summary>1 x 1.</summary>
    public static byte[] Gif { get; } = GifOf(1, 1, 1, 1);

    /// <summary>A PNG of chunks; the end is added.</summary>
    public static byte[] PngOf(params byte[][] chunks) => [.. Signature, .. chunks.SelectMany(c => c), .. Chunk("IEND", [])];

    public static byte[] Header(uint width, uint height, byte depth = 8, byte colour = 2, byte packing = 0, byte filter = 0, byte interlaced = 0) =>
        Chunk("IHDR", [.. Big(width), .. Big(height), depth, colour, packing, filter, interlaced]);

    public static byte[] Chunk(string type, byte[] data, uint? length = null, uint? crc = null)
    {
        byte[] body = [.. type.Select(c => (byte)c), .. data];
        return [.. Big(length ?? (uint)data.Length), .. body, .. Big(crc ?? (uint)HashWeights.Crc(body))];
    }

    public static byte[] Packed(byte[] rows)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(rows);
        return packed.ToArray();
    }

    /// <summary>24 bits a pixel unless told otherwise.</summary>
    public static byte[] BmpOf(int width, int height, short bits = 24, int packing = 0, uint offset = 54, uint colours = 0, int headerLength = 40, int? rows = null)
    {
        byte[] data = new byte[Math.Abs(rows ?? 3) * 12];
        return [.. "BM"u8, .. Little(54 + data.Length), 0, 0, 0, 0, .. Little((int)offset), .. Little(headerLength), .. Little(width), .. Little(height), 1, 0, (byte)bits, (byte)(bits >> 8),
            .. Little(packing), .. Little(data.Length), .. new byte[8], .. Little((int)colours), .. new byte[4], .. data];
    }

    public static byte[] GifOf(ushort width, ushort height, ushort frameWidth, ushort frameHeight, ushort left = 0, byte codeSize = 2, byte[]? data = null) =>
    [
        .. "GIF89a"u8, .. Little16(width), .. Little16(height), 0x80, 0, 0, 255, 255, 255, 0, 0, 0, 0x2c, .. Little16(left), 0, 0, .. Little16(frameWidth), .. Little16(frameHeight), 0,
        codeSize, .. data ?? [2, 0x44, 1, 0], 0x3b,
    ];

    /// <summary>A WebP of one chunk.</summary>
    public static byte[] WebpOf(string type, byte[] data, int? length = null) =>
        [.. "RIFF"u8, .. Little(length ?? 12 + data.Length), .. "WEBP"u8, .. type.Select(c => (byte)c), .. Little(length ?? data.Length), .. data];

    /// <summary>The JPEG with other sizes in its frame header.</summary>
    public static byte[] JpegOf(ushort width, ushort height)
    {
        var jpeg = (byte[])Jpeg.Clone();
        var frame = jpeg.AsSpan().IndexOf((byte[])[0xff, 0xc0]);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 5), height);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 7), width);
        return jpeg;
    }

    /// <summary>The JPEG with its scan many times.</summary>
    public static byte[] JpegOfScans(int count)
    {
        var scan = Jpeg.AsSpan().LastIndexOf((byte[])[0xff, 0xda]);
        return [.. Jpeg[..scan], .. Enumerable.Repeat(Jpeg[scan..^2], count).SelectMany(s => s), 0xff, 0xd9];
    }

    public static byte[] Little(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Little16(ushort value) => [(byte)value, (byte)(value >> 8)];

    private static byte[] Big(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private static byte[] Encoded(SKEncodedImageFormat format)
    {
        using var bitmap = new SKBitmap(24, 16);
        for (var y = 0; y < 16; y++)
            for (var x = 0; x < 24; x++) bitmap.SetPixel(x, y, new SKColor((byte)(x * 10), (byte)(y * 16), (byte)(x * y)));
        using var data = bitmap.Encode(format, 90);
        return data.ToArray();
    }
}
