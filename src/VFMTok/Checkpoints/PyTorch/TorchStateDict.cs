using TorchSharp;
using static TorchSharp.torch;

namespace VFMTok.Checkpoints.PyTorch;

/// <summary>One state dict of a PyTorch checkpoint.</summary>
internal sealed class TorchStateDict : ITensorFile
{
    // Where checkpoints keep their weights, best first (spec 8.8 and 9.8).
    private static readonly string[] Places = ["ema", "module", "model", "state_dict"];

    private const int LongestName = 1024;

    // What wrappers of a model put before every name.
    private static readonly string[] Wrappers = ["module.", "_orig_mod."];

    private readonly TorchFile _file;
    private readonly OrderedDictionary<string, TorchTensor> _tensors = [];

    private TorchStateDict(TorchFile file, string place, OrderedDictionary<object, object?> fields)
    {
        (_file, Place) = (file, place);
        foreach (var (key, value) in fields)
            if (key is string name && value is TorchTensor tensor)
                _tensors.Add(name.Length is 0 or > LongestName || name.Any(char.IsControl) ? throw Unnamed(name) : name, tensor);
        foreach (var wrapper in Wrappers)
            if (_tensors.Count > 0 && _tensors.Keys.All(name => name.StartsWith(wrapper, StringComparison.Ordinal)))
                _tensors = new OrderedDictionary<string, TorchTensor>(_tensors.Select(t => KeyValuePair.Create(t.Key[wrapper.Length..], t.Value)));
    }

    /// <summary>The key under which it lies; empty for the checkpoint itself.</summary>
    public string Place { get; }

    public string FileName => _file.Name;
    public IEnumerable<string> Names => _tensors.Keys;
    public bool Contains(string name) => _tensors.ContainsKey(name);
    public IReadOnlyList<long> ShapeOf(string name) => Entry(name).Shape;
    public ScalarType TypeOf(string name) => Entry(name).Storage.Type;
    public Tensor Read(string name) => _file.Read(Entry(name));

    /// <summary>The weights of a checkpoint: the averaged ones if there are any, else those of the last step, else the checkpoint itself.</summary>
    /// <exception cref="InvalidCheckpointException">There are none.</exception>
    public static TorchStateDict Choose(TorchFile file)
    {
        if (file.Root is not OrderedDictionary<object, object?> root) throw None("it is no dict");
        foreach (var place in Places)
            if (root.TryGetValue(place, out var value) && value is OrderedDictionary<object, object?> fields && fields.Values.Any(v => v is TorchTensor)) return new TorchStateDict(file, place, fields);
        if (root.Values.Any(v => v is TorchTensor)) return new TorchStateDict(file, "", root);
        throw None($"its keys are {(root.Count == 0 ? "none" : string.Join(", ", root.Keys.Take(5).Select(key => Pickle.PickleRules.Short($"{key}"))))}");

        InvalidCheckpointException None(string what) => new($"'{file.Name}' holds no weights ({what}); give a state dict, or a checkpoint with {string.Join(", ", Places)}.");
    }

    private InvalidCheckpointException Unnamed(string name) =>
        new($"'{FileName}' holds a tensor '{Pickle.PickleRules.Short(name)}'; allowed are names of 1 to {LongestName} characters without control characters: save the weights again.");

    private TorchTensor Entry(string name) => _tensors.TryGetValue(name, out var tensor) ? tensor
        : throw new InvalidCheckpointException($"'{FileName}' has no tensor '{name}'; it holds {_tensors.Count} others, so it is another network's file.");
}
