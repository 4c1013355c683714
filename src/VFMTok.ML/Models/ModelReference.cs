using VFMTok.Runtime;

namespace VFMTok.ML.Models;

/// <summary>One transformer's counted reference to a network.</summary>
internal sealed class ModelReference<T> : IDisposable where T : SharedModel
{
    private readonly T _model;
    private int _disposed;

    public ModelReference(T model)
    {
        model.AddReference();
        _model = model;
    }

    /// <summary>The network.</summary>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public T Model
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed != 0, typeof(BatchTransformer));
            return _model;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0) _model.Release();
    }
}
