namespace VFMTok.ML.Batching;

/// <summary>Rows on their way through a network: read one by one, run together.</summary>
internal abstract class RowBatch : IDisposable
{
    /// <summary>Copies what the network needs out of the current source row. Nothing of the row may be kept: the source may free it on its next move.</summary>
    public abstract void Read(int slot);

    /// <summary>Whether there is anything to prepare.</summary>
    public virtual bool Prepares => false;

    /// <summary>Does what needs neither the source nor the network, such as decoding a file. Between Read and Run, on any thread, for several slots at once, while the network
    /// may run for other rows; never before an output is asked for.</summary>
    public virtual void Prepare(int slot) { }

    /// <summary>Runs the network once over the slots 0 to count - 1.</summary>
    public abstract void Run(int count);

    /// <summary>A <see cref="Microsoft.ML.ValueGetter{TValue}"/> of an output column.</summary>
    /// <param name="output">Index among the outputs.</param>
    /// <param name="slot">Runs the batch if it has not run yet, and says which slot is current.</param>
    public abstract Delegate MakeGetter(int output, Func<int> slot);

    public virtual void Dispose() { }
}
