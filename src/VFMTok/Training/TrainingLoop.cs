using System.Diagnostics;

namespace VFMTok.Training;

/// <summary>The loop that all trainers share: resumes, steps, guards against bad gradients, reports, and writes checkpoints.</summary>
internal static class TrainingLoop
{
    /// <summary>Runs a training to its end.</summary>
    /// <param name="options">The run's options, validated.</param>
    /// <param name="subject">What is trained.</param>
    /// <param name="watchers">Who is told.</param>
    /// <param name="cancellation">Checked before every step; a checkpoint is written first, if there is a folder.</param>
    /// <exception cref="TrainingCanceledException">It was cancelled.</exception>
    /// <exception cref="InvalidOperationException">The gradients of ten steps in a row were infinite or not numbers.</exception>
    /// <exception cref="IOException">The folder cannot be written or is in use.</exception>
    /// <exception cref="ArgumentException">The folder's checkpoints belong to another run.</exception>
    public static void Run(TrainingOptions options, ITrainable subject, TrainingWatchers watchers, CancellationToken cancellation)
    {
        using var folder = options.Folder is null ? null : new CheckpointFolder(options.Folder, subject.Phase, options.KeepCheckpoints, watchers.Warn);
        var position = folder?.Restore(subject.Identity, subject.State);
        if (position is null) subject.Start();
        else watchers.Log($"{subject.Phase}: goes on from step {position.Step} of {options.Steps}, found in '{options.Folder}'");
        position ??= new TrainingPosition(0, 0, 0, 0);

        var (first, guard, schedule, watch) = (position.Step, new StepGuard(position.Skipped, position.BadInARow), options.Schedule(), Stopwatch.StartNew());
        using var reporter = new ProgressReporter(subject.Phase, options, position, watchers);
        TrainingPosition Here(int done) => new(done, guard.Skipped, guard.InARow, position.Seconds + watch.Elapsed.TotalSeconds);
        bool Save(int done) => folder is not null && (done == folder.NewestStep || folder.Save(Here(done), subject.Identity, subject.State));

        for (var step = first; step < options.Steps; step++)
        {
            if (cancellation.IsCancellationRequested) throw Cancelled(step, Save(step));
            var rate = schedule.At(step + 1);
            var result = subject.Step(step, rate);
            guard.Saw(result.GradientNorm, step + 1, options.LearningRate);
            guard.Describe(result.Terms);
            var done = step + 1;
            reporter.Report(done, result, rate);
            if (reporter.WantsPicture(done)) reporter.Picture(done, subject.Picture());
            if (done % options.CheckpointEvery == 0 || done == options.Steps) Save(done);
        }
        reporter.Finish();

        TrainingCanceledException Cancelled(int step, bool saved) => new(saved
            ? $"Cancelled at step {step} of {options.Steps} of the {subject.Phase}; the checkpoint is in '{options.Folder}', and the same training goes on from there."
            : $"Cancelled at step {step} of {options.Steps} of the {subject.Phase}; nothing was kept.", step, saved ? options.Folder : null, cancellation);
    }
}
