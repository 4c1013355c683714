using TorchSharp;
using static TorchSharp.torch;

namespace VFMTok.Benchmarks;

/// <summary>How much is measured, and where.</summary>
/// <param name="Quick">Fewer sizes and rounds: everything in under ten minutes on two cores.</param>
/// <param name="Device">CPU, or the first GPU.</param>
internal sealed record Settings(bool Quick, Device Device)
{
    /// <summary>Rounds of work that takes seconds; the median counts.</summary>
    public int Rounds => Quick ? 3 : 5;

    /// <summary>Rounds of work that takes milliseconds.</summary>
    public int ManyRounds => Quick ? 7 : 15;

    public bool IsGpu => Device.type == DeviceType.CUDA;
}
