using VFMTok.Training.Reporting;

namespace VFMTok.Training;

/// <summary>Where a training run stands.</summary>
/// <param name="Phase">What is trained: <c>tokenizer</c> or <c>generator</c>; <c>codes</c> while images are tokenized for a generator, whose steps are images.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">All steps.</param>
/// <param name="Loss">Objective of the last step; not a number where nothing is learned.</param>
/// <param name="Terms">Its parts and other figures by name, such as <c>pixel</c>, <c>feature</c>, <c>usage</c>.</param>
/// <param name="ImagesPerSecond">Mean speed so far.</param>
/// <param name="Remaining">Estimated time left.</param>
public sealed record TrainingProgress(string Phase, int Step, int Steps, double Loss, IReadOnlyDictionary<string, double> Terms, double ImagesPerSecond, TimeSpan Remaining)
{
    internal bool Learns => Terms.Count > 0 || !double.IsNaN(Loss);

    /// <inheritdoc/>
    public override string ToString() => !Learns ? $"{Phase} {Step}/{Steps}: {Readable.Speed(ImagesPerSecond)} images/s, {Readable.Duration(Remaining)} left" :
        $"{Phase} {Step}/{Steps}: loss {Loss:f4} ({string.Join(", ", Terms.Select(t => $"{t.Key} {t.Value:f3}"))}), {Readable.Speed(ImagesPerSecond)} images/s, {Readable.Duration(Remaining)} left";
}
