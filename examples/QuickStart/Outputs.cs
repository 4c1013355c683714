using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace VFMTok.Examples.QuickStart;

/// <summary>Reads the columns that the example looks at.</summary>
internal static class Outputs
{
    public static uint[][] Tokens(IDataView data) => [.. data.GetColumn<uint[]>("Tokens")];

    public static List<MLImage> Images(MLContext ml, IDataView data, string column)
    {
        var renamed = ml.Transforms.CopyColumns("Image", column).Fit(data).Transform(data);
        return [.. ml.Data.CreateEnumerable<ImageRow>(renamed, reuseRowObject: false).Select(r => r.Image)];
    }

    private sealed class ImageRow
    {
        public MLImage Image { get; set; } = null!;
    }
}

/// <summary>Largest resident memory of this process so far.</summary>
internal static class Memory
{
    public static int PeakMegabytes
    {
        get
        {
            using var self = Process.GetCurrentProcess();
            return (int)(self.PeakWorkingSet64 >> 20);
        }
    }
}
