using Microsoft.ML;
using VFMTok.ML;

namespace VFMTok.Tests.Shared;

/// <summary>The reader of model zips, which reads files; see <see cref="HostileTargets"/> for the others.</summary>
internal static class ModelZipTarget
{
    public const string Name = "model-zip";

    public static void Read(byte[] bytes)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, bytes);
            VfmModelZip.Load(new MLContext(), path).Dispose();
        }
        finally
        {
            File.Delete(path);
        }
    }
}
