using System.Collections.Concurrent;
using System.Text.Json;
using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Pickle;
using static TorchSharp.torch;

namespace VFMTok.Runtime;

/// <summary>A trained network that several pipeline steps share: counted references, one user per device at a time, one file.</summary>
/// <remarks>Whoever makes or loads a model disposes it once; every transformer holds a reference of its own, because ML.NET's chains, folds and engines dispose their transformers.</remarks>
public abstract class SharedModel : IDisposable
{
    // Cursors of several threads share a device: one at a time keeps its memory bounded.
    private static readonly ConcurrentDictionary<ComputeDevice, SemaphoreSlim> Gates = new();

    // What runs inside of a run on this thread, such as a callback that decodes, must not wait for itself.
    [ThreadStatic] private static HashSet<ComputeDevice>? _held;

    private readonly nn.Module _network;
    private readonly NameMap _names;
    private readonly ModelMetadata _metadata;
    private int _references = 1;
    private int _ownerGone;

    private protected SharedModel(nn.Module network, NameMap names, ModelMetadata metadata, ComputeDevice device)
    {
        NativeBackend.EnsureLoaded();
        (_network, _names, _metadata, Device) = (network, names, metadata, device);
        network.eval();
        network.to(device.Torch);
        IFreezable.Freeze(network);
        Hash = StateDict.Hash(_metadata.HashPrefix, StateDict.Of(network, names));
    }

    /// <summary>Content hash of configuration and weights: 32 hexadecimal digits. Equal hashes mean equal results.</summary>
    public string Hash { get; }

    /// <summary>Where the network runs.</summary>
    public ComputeDevice Device { get; }

    /// <summary>Whether the last reference is gone.</summary>
    public bool IsDisposed => Volatile.Read(ref _references) <= 0;

    /// <summary>Number of parameters and buffer elements.</summary>
    public long ParameterCount => StateDict.Of(_network, _names).Sum(t => t.Tensor.numel());

    /// <summary>Writes the network as safetensors under its official names, with the configuration in the metadata.</summary>
    /// <param name="path">Replaced only when everything has been written.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => AtomicFile.Write(path, Save);

    /// <summary>Writes the network as safetensors to a stream, tensor by tensor.</summary>
    public void Save(Stream stream)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        SafetensorsWriter.Write(stream, StateDict.Of(_network, _names), _metadata.WithHash(Hash));
    }

    /// <summary>Gives up the maker's reference. The network is freed when nobody else holds one.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ownerGone, 1) == 0) Release();
        GC.SuppressFinalize(this);
    }

    internal void AddReference()
    {
        int seen;
        do
        {
            seen = Volatile.Read(ref _references);
            ObjectDisposedException.ThrowIf(seen <= 0, this);
        }
        while (Interlocked.CompareExchange(ref _references, seen + 1, seen) != seen);
    }

    internal void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0) _network.Dispose();
    }

    /// <summary>Runs the network: one caller per device, no gradients, nothing left behind.</summary>
    private protected void Run(Action work)
    {
        using var turn = new Turn(this);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        work();
    }

    /// <summary>Runs the network from one buffer of the caller's to another, without copies of them, and with its products in a precision.</summary>
    private protected void Run<TInput, TOutput>(Precision precision, ReadOnlySpan<TInput> input, Span<TOutput> output, Buffers<TInput, TOutput> work)
    {
        using var turn = new Turn(this);
        using var type = MixedPrecision.Begin(MixedPrecision.TypeOf(precision, Device.Torch));
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        work(input, output);
    }

    /// <summary>Opens a model file and hands over its configuration, its other texts and a loader for the weights.</summary>
    private protected static TModel Load<TConfiguration, TModel>(Stream stream, string name, string kind,
        Func<TConfiguration, IReadOnlyDictionary<string, string>, (nn.Module Network, NameMap Names, Func<TModel> Make)> build) where TModel : SharedModel
    {
        NativeBackend.EnsureLoaded();
        if (CheckpointFile.IsPyTorch(stream)) throw new InvalidCheckpointException($"'{name}' is a PyTorch checkpoint; bring it into the library's form with 'vfmtok import' or WeightImport.");
        using var file = new SafetensorsReader(stream, name, leaveOpen: true);
        if (!file.Metadata.TryGetValue(ModelMetadata.FormatKey, out var format) || !file.Metadata.TryGetValue(ModelMetadata.KindKey, out var found) || !file.Metadata.TryGetValue(ModelMetadata.ConfigurationKey, out var json))
            throw new InvalidCheckpointException($"'{name}' holds tensors but no VFMTok model: its metadata lacks format, kind or configuration; bring official weights into its form with 'vfmtok import'.");
        if (format != ModelMetadata.Format) throw new InvalidCheckpointException($"'{name}' has the format '{PickleRules.Short(format)}'; this version reads '{ModelMetadata.Format}': update the library or save the model again.");
        if (found != kind) throw new InvalidCheckpointException($"'{name}' is a {PickleRules.Short(found)}, not a {kind}; choose another file.");
        nn.Module? network = null;
        try
        {
            var configuration = ModelMetadata.Parse<TConfiguration>(json);
            Check(configuration, file, build); // before memory is taken for it: a small file may ask for a huge network
            (network, var names, var make) = SeededDraws.LeaveOut(() => build(configuration, file.Metadata));
            StateDict.Load(network, names, file);
            var model = make();
            if (file.Metadata.TryGetValue(ModelMetadata.HashKey, out var hash) && hash != model.Hash)
            {
                model.Dispose();
                throw new InvalidCheckpointException($"The content of '{name}' does not have the hash that it states ({PickleRules.Short(hash)}); it was damaged or changed: use the original file.");
            }
            return model;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            network?.Dispose();
            throw new InvalidCheckpointException($"The configuration in '{name}' is not valid ({e.Message.TrimEnd('.')}); save the model again.", e);
        }
        catch
        {
            network?.Dispose();
            throw;
        }
    }

    private static void Check<TConfiguration, TModel>(TConfiguration configuration, SafetensorsReader file,
        Func<TConfiguration, IReadOnlyDictionary<string, string>, (nn.Module Network, NameMap Names, Func<TModel> Make)> build)
    {
        var (network, names, _) = MetaDevice.Run(() => build(configuration, file.Metadata));
        using (network) StateDict.Check(StateDict.Of(network, names), file);
    }

    /// <summary>Opens a file for one of the loaders.</summary>
    private protected static FileStream Open(string path) => File.Exists(path)
        ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read)
        : throw new FileNotFoundException($"There is no model file '{path}'; check the path.", path);

    /// <summary>Work that reads one buffer and fills another.</summary>
    private protected delegate void Buffers<TInput, TOutput>(ReadOnlySpan<TInput> input, Span<TOutput> output);

    // The right to run on the device, and a reference meanwhile: a disposal by another thread waits for the end.
    private readonly struct Turn : IDisposable
    {
        private readonly SharedModel _model;
        private readonly SemaphoreSlim? _gate;

        public Turn(SharedModel model)
        {
            _model = model;
            model.AddReference();
            _gate = _held is not null && _held.Contains(model.Device) ? null : Gates.GetOrAdd(model.Device, _ => new SemaphoreSlim(1, 1));
            _gate?.Wait();
            if (_gate is not null) (_held ??= []).Add(model.Device);
        }

        public void Dispose()
        {
            if (_gate is not null) _held!.Remove(_model.Device);
            _gate?.Release();
            _model.Release();
        }
    }
}
