using System.Buffers.Binary;
using System.Text;
using Tensorboard;
using VFMTok.Training.Reporting;

namespace VFMTok.Tests.Training.Reporting;

public class TensorBoardEventsTests : RecordFolder
{
    [Theory]
    [InlineData("", 0u)]
    [InlineData("123456789", 0xE3069283u)]                                                              // the check value of CRC-32C
    [InlineData("00000000000000000000000000000000000000000000000000000000000000000", 0u)]
    public void The_checksum_is_crc32c_rotated_and_moved(string text, uint known)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        var crc = Crc(bytes);
        if (known != 0) Assert.Equal(known, crc);
        Assert.Equal(((crc >> 15) | (crc << 17)) + 0xA282EAD8, TensorBoardEvents.MaskedCrc(bytes));
    }

    [Fact]
    public void Scalars_and_pictures_read_back()
    {
        var before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        byte[] png = [1, 2, 3];
        using (var events = new TensorBoardEvents(Folder, 0))
        {
            events.Scalars(7, new Dictionary<string, double> { ["loss"] = 0.5, ["bad"] = double.NaN });
            events.Picture(8, Flat(5, 3, 0), png);
        }
        var read = ReadAll(Folder);
        Assert.Equal(4, read.Count);
        Assert.Equal("brain.Event:2", read[0].FileVersion);
        Assert.Equal((1, SessionLog.Types.SessionStatus.Start), (read[1].Step, read[1].SessionLog.Status));
        Assert.Equal([("loss", 0.5f), ("bad", float.NaN)], read[2].Summary.Value.Select(v => (v.Tag, v.SimpleValue)));
        var image = read[3].Summary.Value.Single();
        Assert.Equal((7, 8, "pictures", 5, 3, 3), (read[2].Step, read[3].Step, image.Tag, image.Image.Width, image.Image.Height, image.Image.Colorspace));
        Assert.Equal(png, image.Image.EncodedImageString.ToByteArray());
        Assert.All(read, e => Assert.InRange(e.WallTime, before, before + 600)); // seconds since 1970
    }

    [Fact]
    public void A_resumed_run_has_one_curve()
    {
        void Run(int resumeStep, int to, float value)
        {
            using var events = new TensorBoardEvents(Folder, resumeStep);
            for (var step = resumeStep + 1; step <= to; step++) events.Scalars(step, new Dictionary<string, double> { ["loss"] = value });
        }
        Run(0, 5, 1);
        File.AppendAllText(Directory.GetFiles(Folder).Single(), "torn"); // the process was killed while it wrote
        Run(3, 6, 2);
        Assert.Equal([(1, 1), (2, 1), (3, 1), (4, 2), (5, 2), (6, 2)], Curve());
        Run(4, 5, 3);
        Assert.Equal([(1, 1), (2, 1), (3, 1), (4, 2), (5, 3)], Curve());
        Assert.Equal(3, Directory.GetFiles(Folder).Length);
        Run(0, 2, 4);
        Assert.Equal([(1, 4), (2, 4)], Curve());

        // What TensorBoard does: files by name; from the second session start on, each drops what came before of its step and later ones.
        List<(int Step, int Value)> Curve()
        {
            var (curve, started) = (new List<(int Step, int Value)>(), false);
            foreach (var message in ReadAll(Folder))
            {
                if (message.SessionLog?.Status == SessionLog.Types.SessionStatus.Start)
                {
                    if (started) curve.RemoveAll(p => p.Step >= message.Step);
                    started = true;
                }
                if (message.Summary is { } summary) curve.Add(((int)message.Step, (int)summary.Value.Single().SimpleValue));
            }
            return curve;
        }
    }

    /// <summary>The events of a run; every length and checksum is proved. A torn end is left out.</summary>
    internal static List<Event> ReadAll(string folder)
    {
        var events = new List<Event>();
        foreach (var file in Directory.GetFiles(folder, "*tfevents*").Order(StringComparer.Ordinal))
        {
            var bytes = File.ReadAllBytes(file).AsSpan();
            while (bytes.Length >= 16)
            {
                var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
                Assert.Equal(Masked(bytes[..8]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]));
                var body = bytes.Slice(12, length);
                Assert.Equal(Masked(body), BinaryPrimitives.ReadUInt32LittleEndian(bytes[(12 + length)..]));
                events.Add(Event.Parser.ParseFrom(body.ToArray()));
                bytes = bytes[(16 + length)..];
            }
        }
        return events;
    }

    private static uint Masked(ReadOnlySpan<byte> bytes) => (Crc(bytes) >> 15 | Crc(bytes) << 17) + 0xA282EAD8;

    // Bit by bit, from the definition.
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var i = 0; i < 8; i++) crc = (crc & 1) == 0 ? crc >> 1 : crc >> 1 ^ 0x82F63B78;
        }
        return ~crc;
    }
}
