using System.IO.Hashing;
using VFMTok.Imaging;

namespace VFMTok.Evaluation;

/// <summary>What a set of images is known by: the sum of the XxHash128 of all of them, sizes included, so that the order in which they come does not matter.</summary>
internal struct ImageSetHash
{
    private UInt128 _sum;
    private long _count;

    /// <summary>Takes in an image.</summary>
    public void Add(RgbImage image)
    {
        _sum += XxHash128.HashToUInt128(image.Pixels, seed: (long)image.Width << 32 | (uint)image.Height);
        _count++;
    }

    /// <summary>32 hexadecimal digits.</summary>
    public override readonly string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, _sum);
        return Convert.ToHexStringLower(XxHash128.Hash(bytes, _count));
    }
}
