using System.Runtime.ExceptionServices;

namespace VFMTok.Training;

/// <summary>Batches of cropped and augmented images, step by step. Threads read ahead of the network; what comes out depends on seed, step and place in the batch alone.</summary>
/// <remarks>Batch s lies in buffer s modulo their number. Places are handed out in order, up to the last buffer that is free; the thread that asks for a batch helps until it is full.</remarks>
internal sealed class TrainingBatches : IDisposable
{
    private readonly object _gate = new();
    private readonly SoundImages _images;
    private readonly Action<string>? _warn;
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenRegistration _wake;
    private readonly int _batch, _imageBytes;
    private readonly byte[][] _buffers;
    private readonly int[] _missing; // images that a buffer still lacks
    private readonly Thread[] _threads;
    private long _step = long.MinValue, _next; // the batch that the caller holds; the next place to read
    private int _reading;
    private (long Place, ExceptionDispatchInfo Error)? _failure;
    private bool _disposed;

    /// <param name="images">What from; at least one.</param>
    /// <param name="size">Side of the crops S, pixels.</param>
    /// <param name="batch">Images per step B.</param>
    /// <param name="seed">Of order and augmentation.</param>
    /// <param name="ahead">Threads and memory.</param>
    /// <param name="warn">Gets a sentence for each broken image, on the thread that takes batches.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <exception cref="ArgumentException">There are no images, or a batch would not fit into an array.</exception>
    public TrainingBatches(ITrainingImages images, int size, int batch, long seed, ReadAhead ahead, Action<string>? warn = null, CancellationToken cancellation = default)
    {
        if (images.Count < 1) throw new ArgumentException("There are no images to train on; give at least one.", nameof(images));
        var bytes = (long)batch * size * size * 3;
        if (bytes > Array.MaxLength) throw new ArgumentException($"A batch of {batch} images of {size} x {size} pixels has {bytes} bytes; allowed are {Array.MaxLength}: lower BatchSize.", nameof(batch));
        (_batch, _imageBytes, _warn, _cancellation) = (batch, size * size * 3, warn, cancellation);
        _images = new SoundImages(images, new EpochOrder(images.Count, batch, seed), size, seed);
        _buffers = [.. Enumerable.Range(0, ahead.Buffers(bytes)).Select(_ => new byte[bytes])];
        _missing = new int[_buffers.Length];
        _threads = [.. Enumerable.Range(0, ahead.Threads).Select(_ => new Thread(Work) { IsBackground = true, Name = "VFMTok images" })];
        _wake = cancellation.Register(Wake);
    }

    /// <summary>Images found broken so far.</summary>
    public int Broken => _images.Broken;

    /// <summary>Buffers in memory.</summary>
    public int Buffers => _buffers.Length;

    /// <summary>The images of a step: B * S * S * 3 bytes, good until the next call. Any step may be the first; after it, steps in order come fastest.</summary>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    /// <exception cref="Imaging.InvalidImageException">All images are broken.</exception>
    public byte[] Take(long step)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        _cancellation.ThrowIfCancellationRequested();
        Start(step);
        while (TryNext((step + 1) * _batch, wait: false, out var place)) Fill(place);
        ExceptionDispatchInfo? error;
        lock (_gate)
        {
            while ((error = Failure(step)) is null && _missing[step % _buffers.Length] > 0 && !_cancellation.IsCancellationRequested) Monitor.Wait(_gate);
        }
        _images.Report(_warn);
        _cancellation.ThrowIfCancellationRequested();
        error?.Throw();
        return _buffers[step % _buffers.Length];
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            Monitor.PulseAll(_gate);
        }
        _wake.Dispose();
        foreach (var thread in _threads.Where(t => t.IsAlive)) thread.Join();
    }

    private ExceptionDispatchInfo? Failure(long step) => _failure is { } failure && failure.Place < (step + 1) * _batch ? failure.Error : null;

    private void Start(long step)
    {
        lock (_gate)
        {
            var first = _step == long.MinValue;
            if (step != _step + 1) // from here on
            {
                _next = long.MaxValue - _batch; // nothing further is handed out
                while (_reading > 0) Monitor.Wait(_gate);
                (_next, _failure) = (step * _batch, null);
            }
            _step = step;
            Monitor.PulseAll(_gate);
            if (!first) return;
        }
        foreach (var thread in _threads) thread.Start();
    }

    private void Work()
    {
        while (TryNext(long.MaxValue, wait: true, out var place)) Fill(place);
    }

    // The next place below the limit whose buffer is free.
    private bool TryNext(long limit, bool wait, out long place)
    {
        lock (_gate)
        {
            while (true)
            {
                place = _next;
                if (_disposed || _cancellation.IsCancellationRequested) return false;
                if (_failure is null && place < limit && place < (_step + _buffers.Length) * _batch) break;
                if (!wait) return false;
                Monitor.Wait(_gate);
            }
            if (place % _batch == 0) _missing[place / _batch % _buffers.Length] = _batch;
            _next++;
            _reading++;
            return true;
        }
    }

    private void Fill(long place)
    {
        Exception? fault = null;
        try
        {
            _images.Read(place, _buffers[place / _batch % _buffers.Length].AsSpan((int)(place % _batch) * _imageBytes, _imageBytes));
        }
        catch (Exception e)
        {
            fault = e; // the caller's to see, when it asks for this batch
        }
        lock (_gate)
        {
            if (fault is not null && (_failure is null || place < _failure.Value.Place)) _failure = (place, ExceptionDispatchInfo.Capture(fault));
            var missing = --_missing[place / _batch % _buffers.Length];
            if (--_reading == 0 || missing == 0 || fault is not null) Monitor.PulseAll(_gate); // nobody waits for less
        }
    }

    private void Wake()
    {
        lock (_gate) Monitor.PulseAll(_gate);
    }
}
