using System.Buffers.Binary;

namespace VFMTok.Imaging;

/// <summary>Counts the scans of a JPEG before it is decoded: a progressive one may have as many as it likes, and each costs a pass over all pixels.</summary>
internal static class JpegScans
{
    /// <summary>Most scans that are decoded; encoders write 1 to about 20.</summary>
    public const int Most = 200;

    private const byte StartOfImage = 0xd8, EndOfImage = 0xd9, StartOfScan = 0xda;

    /// <summary>Scans up to the end of the picture.</summary>
    public static int Count(ReadOnlySpan<byte> jpeg)
    {
        var scans = 0;
        for (var at = NextMarker(jpeg, 0); at >= 0; at = NextMarker(jpeg, at))
        {
            var marker = jpeg[at + 1];
            at += 2;
            if (marker == EndOfImage) break;
            if (marker == StartOfScan) scans++;
            if (marker == StartOfImage || jpeg.Length - at < 2) continue;
            at = Math.Min(jpeg.Length, at + Math.Max(2, (int)BinaryPrimitives.ReadUInt16BigEndian(jpeg[at..])));
        }
        return scans;
    }

    // Within a scan's data 0xff is followed by 0 or by a restart marker, and any number of 0xff may come before a marker.
    private static int NextMarker(ReadOnlySpan<byte> jpeg, int from)
    {
        for (var at = from; at < jpeg.Length - 1; at++)
        {
            var next = jpeg[at..].IndexOf((byte)0xff);
            if (next < 0) return -1;
            at += next;
            if (at < jpeg.Length - 1 && jpeg[at + 1] is not (0 or 1 or >= 0xd0 and <= 0xd7 or 0xff)) return at;
        }
        return -1;
    }
}
