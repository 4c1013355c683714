using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using Google.Protobuf;
using Tensorboard;
using VFMTok.Imaging;

namespace VFMTok.Training.Reporting;

/// <summary>A file of TensorBoard events: <c>tensorboard --logdir &lt;folder&gt;/events</c> shows each phase as a run.</summary>
/// <remarks>
/// Messages are TorchSharp's; the file is not: its SummaryWriter cannot say that a run was resumed, stamps the start of a file in ticks where seconds belong, and opens and closes the file for every scalar.
/// A record is the length (8 bytes), its masked CRC-32C, the message, its masked CRC-32C. Every file opens with a session start at the step that comes next: TensorBoard drops what earlier files of
/// the run say about that step and later ones, so a run that was killed and resumed has one curve.
/// </remarks>
internal sealed class TensorBoardEvents : IDisposable
{
    private const string Prefix = "events.out.tfevents.";

    private readonly FileStream _file;

    /// <param name="folder">The run's folder; made if it is missing.</param>
    /// <param name="resumeStep">Steps done; 0 begins anew and drops the files of an earlier run.</param>
    public TensorBoardEvents(string folder, int resumeStep)
    {
        Directory.CreateDirectory(folder);
        var earlier = Directory.GetFiles(folder, Prefix + "*");
        if (resumeStep == 0) foreach (var file in earlier) File.Delete(file);
        // TensorBoard reads the files of a run in the order of their names.
        var seconds = earlier.Select(Seconds).Select(s => s + 1).Append(DateTimeOffset.UtcNow.ToUnixTimeSeconds()).Max();
        _file = new FileStream(Path.Combine(folder, $"{Prefix}{seconds.ToString("d10", CultureInfo.InvariantCulture)}.vfmtok"), FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        Write(new Event { FileVersion = "brain.Event:2" });
        Write(new Event { Step = resumeStep + 1L, SessionLog = new SessionLog { Status = SessionLog.Types.SessionStatus.Start } });
    }

    /// <summary>Writes the figures of a step.</summary>
    public void Scalars(int step, IEnumerable<KeyValuePair<string, double>> figures)
    {
        var summary = new Summary();
        foreach (var (name, value) in figures) summary.Value.Add(new Summary.Types.Value { Tag = name, SimpleValue = (float)value });
        Write(new Event { Step = step, Summary = summary });
    }

    /// <summary>Writes a picture.</summary>
    /// <param name="step">Its step.</param>
    /// <param name="picture">For its size.</param>
    /// <param name="png">The picture as PNG.</param>
    public void Picture(int step, RgbImage picture, byte[] png)
    {
        var image = new Summary.Types.Image { Width = picture.Width, Height = picture.Height, Colorspace = 3, EncodedImageString = UnsafeByteOperations.UnsafeWrap(png) };
        Write(new Event { Step = step, Summary = new Summary { Value = { new Summary.Types.Value { Tag = "pictures", Image = image } } } });
    }

    /// <summary>CRC-32C (Castagnoli) as TFRecord files store it: rotated, and moved by a constant.</summary>
    internal static uint MaskedCrc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..]) crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var b in bytes) crc = BitOperations.Crc32C(crc, b);
        return BitOperations.RotateRight(~crc, 15) + 0xA282EAD8;
    }

    public void Dispose() => _file.Dispose();

    private void Write(Event message)
    {
        message.WallTime = (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds;
        var body = message.ToByteArray();
        var record = new byte[body.Length + 16];
        BinaryPrimitives.WriteInt64LittleEndian(record, body.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), MaskedCrc(record.AsSpan(0, 8)));
        body.CopyTo(record, 12);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + body.Length), MaskedCrc(body));
        _file.Write(record); // in one piece: a reader sees it whole or not at all
    }

    private static long Seconds(string path) =>
        long.TryParse(Path.GetFileName(path)[Prefix.Length..].Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : 0;
}
