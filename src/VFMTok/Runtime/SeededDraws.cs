using TorchSharp;
using static TorchSharp.torch;

namespace VFMTok.Runtime;

/// <summary>Random numbers that depend on a seed alone, although libtorch has one default generator for all threads of a process.</summary>
/// <remarks>Start values, dropouts and class dropouts are all drawn in here, one caller at a time, each from a seed of its own. So a training run has no random state to save:
/// a step's draws follow from the run's seed and the step's number. The generator's state is put back, for whoever else uses it.</remarks>
internal static class SeededDraws
{
    private static readonly Lock Gate = new();

    /// <summary>Runs what draws.</summary>
    /// <param name="seed">What its numbers depend on.</param>
    /// <param name="draw">Draws from the default generator of its device, on this thread.</param>
    public static T Run<T>(long seed, Func<T> draw)
    {
        lock (Gate)
        {
            using var before = random.get_rng_state();
            manual_seed(seed);
            try
            {
                return draw();
            }
            finally
            {
                random.set_rng_state(before);
            }
        }
    }
}
