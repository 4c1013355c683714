using System.Buffers.Binary;
using System.Text;

namespace VFMTok.Tests.Shared;

/// <summary>Pickles of samples, and parts to put bad ones together.</summary>
internal static class Pickles
{
    /// <summary>{'image': image, 'label': label} as protocol 3 has it.</summary>
    public static byte[] Of(byte[] image, int label) => [0x80, 3, (byte)'}', (byte)'(', .. Text("image"), .. Bytes(image), .. Text("label"), .. Int(label), (byte)'u', (byte)'.'];

    public static byte[] Text(string text) => [(byte)'X', .. Length(Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    public static byte[] Bytes(byte[] bytes) => [(byte)'B', .. Length(bytes.Length), .. bytes];

    public static byte[] Int(int value) => [(byte)'J', .. Length(value)];

    private static byte[] Length(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
