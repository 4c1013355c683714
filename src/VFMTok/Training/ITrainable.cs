using VFMTok.Imaging;
using static TorchSharp.torch;

namespace VFMTok.Training;

/// <summary>What a <see cref="TrainingLoop"/> trains: networks and optimizers that make steps, and the state that a resumed run needs.</summary>
internal interface ITrainable
{
    /// <summary>What is trained, in one word: names files and progress.</summary>
    string Phase { get; }

    /// <summary>Everything that a step depends on beside the state, as JSON.</summary>
    string Identity { get; }

    /// <summary>Live tensors of the run, each under its own name; read for a checkpoint and filled from one.</summary>
    IReadOnlyList<(string Name, Tensor Tensor)> State { get; }

    /// <summary>What must happen once, before the first step of a new run. Not called when a run is resumed.</summary>
    void Start();

    /// <summary>Makes a step.</summary>
    /// <param name="step">0-based. Every random number depends on it and on the seed alone.</param>
    /// <param name="rate">Learning rate.</param>
    StepResult Step(int step, double rate);

    /// <summary>Puts the average in the place of the weights, if there is one: what is handed out.</summary>
    void UseAverage();

    /// <summary>A picture of what has been learned so far; null if there is nothing to see.</summary>
    RgbImage? Picture();
}

/// <summary>What a step gave.</summary>
/// <param name="Loss">Objective.</param>
/// <param name="Terms">Its parts and other figures by name.</param>
/// <param name="GradientNorm">Norm of all gradients before clipping; not finite = the step was skipped.</param>
/// <param name="Alert">Something that the user should know; null = nothing.</param>
/// <param name="IsNotable">Whether the record must have it, also where none is due.</param>
internal sealed record StepResult(double Loss, Dictionary<string, double> Terms, double GradientNorm, string? Alert = null, bool IsNotable = false);
