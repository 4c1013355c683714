using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using VFMTok.Runtime;

namespace VFMTok.Training.Reporting;

/// <summary>A file of JSON objects, one a line, each of which has a step. A line is in the system's hands before the next one is made, so a killed process loses the last one at most.</summary>
/// <remarks>JSON has no number for them, so figures that are none are the strings <c>"NaN"</c>, <c>"Infinity"</c> and <c>"-Infinity"</c>.</remarks>
internal sealed class StepLog : IDisposable
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }; // text as people wrote it

    private readonly FileStream _file;
    private readonly ArrayBufferWriter<byte> _line = new();

    /// <summary>Opens a file for appending.</summary>
    /// <param name="path">Made if it is missing.</param>
    /// <param name="resumeStep">Lines of later steps and lines that cannot be read, such as a torn last one, are dropped, all at once or not at all. 0 begins anew.</param>
    public StepLog(string path, int resumeStep)
    {
        if (resumeStep > 0 && File.Exists(path)) AtomicFile.Write(path, kept => Keep(path, resumeStep, kept));
        _file = new FileStream(path, resumeStep > 0 ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }

    /// <summary>The last line that was there before; undefined if there was none.</summary>
    public JsonElement LastKept { get; private set; }

    /// <summary>Writes a line.</summary>
    /// <param name="step">Its step.</param>
    /// <param name="fill">Writes the other properties.</param>
    public void Append(int step, Action<Utf8JsonWriter> fill)
    {
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line, Plain))
        {
            json.WriteStartObject();
            json.WriteNumber("step", step);
            fill(json);
            json.WriteEndObject();
        }
        _line.Write("\n"u8);
        _file.Write(_line.WrittenSpan);
    }

    /// <summary>The lines of a file, whoever may be writing it; those that cannot be read are left out.</summary>
    public static IEnumerable<(int Step, JsonElement Record)> Read(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        while (reader.ReadLine() is { } line)
            if (Parse(line) is { ValueKind: JsonValueKind.Object } record && record.TryGetProperty("step", out var step) && step.ValueKind == JsonValueKind.Number && step.TryGetInt32(out var number))
                yield return (number, record);
    }

    /// <summary>Writes a figure, be it a number or not.</summary>
    public static void WriteFigure(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value)) json.WriteNumber(name, value);
        else json.WriteString(name, value.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Reads what <see cref="WriteFigure"/> wrote; null for anything else.</summary>
    public static double? ReadFigure(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String when value.GetString() is "NaN" or "Infinity" or "-Infinity" => double.Parse(value.GetString()!, CultureInfo.InvariantCulture),
        _ => null,
    };

    public void Dispose() => _file.Dispose();

    private void Keep(string path, int resumeStep, Stream target)
    {
        using var writer = new StreamWriter(target, leaveOpen: true) { NewLine = "\n" };
        foreach (var (step, record) in Read(path))
        {
            if (step > resumeStep) continue;
            writer.WriteLine(record.GetRawText());
            LastKept = record;
        }
    }

    private static JsonElement Parse(string line)
    {
        try { return JsonElement.Parse(line); }
        catch (JsonException) { return default; }
    }
}
