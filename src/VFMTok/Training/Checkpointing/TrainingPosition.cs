namespace VFMTok.Training;

/// <summary>Where a run stands, beside its tensors. Random numbers follow from seed and step, the learning rate from the step, the order of the images from seed and step: nothing else is needed.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Skipped">Steps whose gradients were bad.</param>
/// <param name="BadInARow">The last of them without a good one in between.</param>
/// <param name="Seconds">Time spent so far.</param>
internal sealed record TrainingPosition(int Step, int Skipped, int BadInARow, double Seconds);
