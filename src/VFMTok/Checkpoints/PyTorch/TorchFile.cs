using VFMTok.Pickle;

namespace VFMTok.Checkpoints.PyTorch;

/// <summary>A PyTorch checkpoint (<c>.pt</c>, <c>.pth</c>), opened: its structure is read, by a machine that runs nothing; its tensors are read when they are asked for.</summary>
internal sealed class TorchFile : IDisposable
{
    private const int DeepestTensor = 16, MostVisits = 8_000_000, MostTensors = 100_000;
    private const long LongestNames = 16_000_000; // characters of all paths together

    private readonly ITorchStorages _storages;
    private readonly TorchPickleRules _rules;

    private TorchFile(ITorchStorages storages, TorchPickleRules rules, string name, bool isLegacy, object? root, IReadOnlyCollection<string> globals) =>
        (_storages, _rules, Name, IsLegacy, Root, Globals) = (storages, rules, name, isLegacy, root, globals);

    /// <summary>What errors call it.</summary>
    public string Name { get; }

    /// <summary>Whether it has the form from before PyTorch 1.6.</summary>
    public bool IsLegacy { get; }

    /// <summary>The object that was saved, as <see cref="PickleMachine"/> makes them, with <see cref="TorchTensor"/> and <see cref="TorchNamespace"/>.</summary>
    public object? Root { get; }

    /// <summary>Functions and classes that the pickle names.</summary>
    public IReadOnlyCollection<string> Globals { get; }

    /// <summary>Opens a file; it takes the stream over.</summary>
    /// <param name="stream">Seekable, at its start.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="isZip">Whether it is a zip, or the older stream of pickles.</param>
    /// <exception cref="InvalidCheckpointException">It is damaged, hostile or something else.</exception>
    public static TorchFile Open(Stream stream, string name, bool isZip)
    {
        var rules = new TorchPickleRules(name);
        ITorchStorages? storages = null;
        try
        {
            return Guarded(rules, () =>
            {
                if (isZip)
                {
                    var zip = new TorchZip(stream, rules);
                    storages = zip;
                    var (root, globals) = zip.ReadPickle();
                    return new TorchFile(zip, rules, name, isLegacy: false, root, globals);
                }
                else
                {
                    var legacy = new TorchLegacyFile(stream, name, rules);
                    storages = legacy;
                    var (root, globals) = legacy.ReadPickles();
                    return new TorchFile(legacy, rules, name, isLegacy: true, root, globals);
                }
            });
        }
        catch
        {
            storages?.Dispose();
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads a tensor.</summary>
    /// <exception cref="InvalidCheckpointException">Its data are damaged.</exception>
    public TorchSharp.torch.Tensor Read(TorchTensor tensor) => Guarded(_rules, () => tensor.Read(_storages));

    /// <summary>Every tensor in dicts, lists and namespaces, in order, with the keys and indices that lead to it.</summary>
    /// <exception cref="InvalidCheckpointException">They are nested deeper than any checkpoint.</exception>
    public IReadOnlyList<(string Path, TorchTensor Tensor)> Tensors()
    {
        var found = new List<(string, TorchTensor)>();
        var (visits, characters) = (0, 0L);
        Collect(Root, [], found, ref visits, ref characters);
        return found;
    }

    public void Dispose() => _storages.Dispose();

    // Lists and dicts may contain themselves, and each other many times: depth, number of steps and what is kept are bounded.
    private void Collect(object? value, List<object> path, List<(string, TorchTensor)> found, ref int visits, ref long characters)
    {
        if (++visits > MostVisits || path.Count > DeepestTensor) throw _rules.Bad("its lists and dicts are nested without end");
        switch (value)
        {
            case TorchTensor tensor:
                if (found.Count == MostTensors) throw _rules.Bad($"it holds more than {MostTensors} tensors");
                if ((characters += path.Sum(key => key is string text ? text.Length + 1L : 21)) > LongestNames) throw _rules.Bad("the names of its tensors are longer than any checkpoint's");
                found.Add((PickleRules.Short(string.Join('/', path), most: int.MaxValue), tensor));
                break;
            case TorchNamespace space: Collect(space.Fields, path, found, ref visits, ref characters); break;
            case OrderedDictionary<object, object?> fields:
                foreach (var (key, item) in fields) Enter(key, item, ref visits, ref characters);
                break;
            case IEnumerable<object?> items: // lists and tuples
                var index = 0L;
                foreach (var item in items) Enter(index++, item, ref visits, ref characters);
                break;
        }

        void Enter(object key, object? item, ref int visits, ref long characters)
        {
            path.Add(key);
            Collect(item, path, found, ref visits, ref characters);
            path.RemoveAt(path.Count - 1);
        }
    }

    // What the libraries below say of damaged files becomes one sentence.
    private static T Guarded<T>(TorchPickleRules rules, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException or ArgumentException or IOException and not InvalidCheckpointException)
        {
            throw rules.Bad($"its data are damaged ({PickleRules.Short(e.Message.TrimEnd('.'))})");
        }
    }
}
