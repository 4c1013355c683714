using System.Diagnostics;
using VFMTok.Imaging;
using VFMTok.Runtime;

namespace VFMTok.Training;

/// <summary>The loop that all trainers share: resumes, steps, guards against bad gradients, reports, writes checkpoints, and hands out the model.</summary>
internal static class TrainingLoop
{
    /// <summary>Runs a training to its end.</summary>
    /// <param name="options">The run's options, validated.</param>
    /// <param name="subject">What is trained.</param>
    /// <param name="makeModel">Wraps the trained network. Called once, also for an unfinished network when the run is cancelled and its folder keeps what there is.</param>
    /// <param name="watchers">Who is told.</param>
    /// <param name="cancellation">Checked before every step; a checkpoint and the unfinished model are written first, if there is a folder.</param>
    /// <exception cref="TrainingCanceledException">It was cancelled.</exception>
    /// <exception cref="InvalidOperationException">The gradients of ten steps in a row were infinite or not numbers.</exception>
    /// <exception cref="IOException">The folder cannot be written or is in use.</exception>
    /// <exception cref="ArgumentException">The folder's checkpoints belong to another run.</exception>
    public static TModel Run<TModel>(TrainingOptions options, ITrainable subject, Func<TModel> makeModel, TrainingWatchers watchers, CancellationToken cancellation) where TModel : SharedModel
    {
        using var folder = options.Folder is null ? null : new CheckpointFolder(options.Folder, subject.Phase, options.KeepCheckpoints, watchers.Warn);
        var start = folder?.Restore(subject.Identity, subject.State);
        if (start is null) subject.Start();
        else watchers.Log($"{subject.Phase}: goes on from step {start.Step} of {options.Steps}, found in '{options.Folder}'");
        start ??= new TrainingPosition(0, 0, 0, 0);

        var saved = start.Step == 0 ? -1 : start.Step; // step of the newest sound checkpoint
        var (guard, schedule, watch) = (new StepGuard(start.Skipped, start.BadInARow), options.Schedule(), Stopwatch.StartNew());
        using var reporter = new ProgressReporter(subject.Phase, options, start.Step, watchers);
        try
        {
            for (var step = start.Step; step < options.Steps; step++)
            {
                if (cancellation.IsCancellationRequested) throw Cancel(step);
                try
                {
                    Step(step);
                }
                catch (InvalidImageException) // the images have gone; nothing of the step has happened yet
                {
                    Save(step);
                    throw;
                }
            }
        }
        catch (Exception e)
        {
            reporter.Finish(e is OperationCanceledException ? "cancelled" : e.Message);
            throw;
        }
        reporter.Finish("finished");
        return HandOut();

        void Step(int step)
        {
            var (done, rate) = (step + 1, schedule.At(step + 1));
            var result = subject.Step(step, rate);
            guard.Saw(result.GradientNorm, done, options.LearningRate);
            guard.Describe(result.Terms);
            reporter.Report(done, result, rate);
            reporter.Picture(done, subject.Picture);
            if (done % options.CheckpointEvery == 0 || done == options.Steps) Save(done);
        }

        bool Save(int done)
        {
            if (folder is null) return false;
            var position = new TrainingPosition(done, guard.Skipped, guard.InARow, start.Seconds + watch.Elapsed.TotalSeconds);
            if (done != saved && folder.Save(position, subject.Identity, subject.State)) saved = done;
            return done == saved;
        }

        TModel HandOut()
        {
            subject.UseAverage();
            var model = makeModel();
            if (options.Folder is null) return model;
            try { model.Save(Path.Combine(options.Folder, $"{subject.Phase}.safetensors")); }
            catch (IOException e) { watchers.Warn(e.Message); }
            return model;
        }

        TrainingCanceledException Cancel(int step)
        {
            var where = $"Cancelled at step {step} of {options.Steps} of the {subject.Phase}";
            if (!Save(step)) return new TrainingCanceledException($"{where}; nothing was kept.", step, null, cancellation);
            HandOut();
            return new TrainingCanceledException($"{where}; the checkpoint is in '{options.Folder}', and the same training goes on from there.", step, options.Folder, cancellation);
        }
    }
}
