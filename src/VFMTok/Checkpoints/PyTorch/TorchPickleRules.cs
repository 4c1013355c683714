using VFMTok.Pickle;
using static TorchSharp.torch;

namespace VFMTok.Checkpoints.PyTorch;

/// <summary>An object with named fields: <c>argparse.Namespace</c>.</summary>
internal sealed class TorchNamespace
{
    /// <summary>Fields, in their order.</summary>
    public OrderedDictionary<object, object?> Fields { get; } = PickleKeys.NewDict();
}

/// <summary>What a PyTorch checkpoint may hold beyond plain data: tensors, ordered dicts and namespaces. Any other function or class ends the reading.</summary>
/// <param name="file">What errors call it.</param>
internal sealed class TorchPickleRules(string file) : PickleRules
{
    private const string RebuildTensor = "torch._utils._rebuild_tensor_v2", RebuildParameter = "torch._utils._rebuild_parameter", Size = "torch.Size";
    private const string OrderedDict = "collections.OrderedDict", Namespace = "argparse.Namespace", SimpleNamespace = "types.SimpleNamespace";

    private static readonly Dictionary<string, ScalarType> StorageTypes = new()
    {
        ["torch.DoubleStorage"] = ScalarType.Float64, ["torch.FloatStorage"] = ScalarType.Float32, ["torch.HalfStorage"] = ScalarType.Float16, ["torch.BFloat16Storage"] = ScalarType.BFloat16,
        ["torch.LongStorage"] = ScalarType.Int64, ["torch.IntStorage"] = ScalarType.Int32, ["torch.ShortStorage"] = ScalarType.Int16, ["torch.CharStorage"] = ScalarType.Int8,
        ["torch.ByteStorage"] = ScalarType.Byte, ["torch.BoolStorage"] = ScalarType.Bool,
    };

    private readonly Dictionary<string, TorchStorage> _storages = [];

    /// <summary>The storages that the pickle refers to, by key.</summary>
    public IReadOnlyDictionary<string, TorchStorage> Storages => _storages;

    public override int MostValues => 2_000_000;

    public override InvalidCheckpointException Bad(string fault) => new($"'{file}' is no sound PyTorch checkpoint: {fault}; download or save the file again.");

    public override InvalidCheckpointException Refusal(string name) =>
        new($"'{file}' is not read: it asks for {Short(name)}, and only tensors, plain data and argparse.Namespace are made; if you trust it, save its state dict alone in Python, else delete it.");

    public override bool Knows(string name) => name is RebuildTensor or RebuildParameter or Size or OrderedDict or Namespace or SimpleNamespace || StorageTypes.ContainsKey(name);

    public override object? Call(string name, object?[] arguments) => (name, arguments) switch
    {
        (RebuildTensor, [TorchStorage storage, long offset, object?[] shape, object?[] strides, ..]) => Tensor(storage, offset, shape, strides),
        (RebuildParameter, [TorchTensor tensor, ..]) => tensor,
        (Size, [object?[] shape]) => shape,
        (OrderedDict, []) => PickleKeys.NewDict(),
        (Namespace or SimpleNamespace, []) => new TorchNamespace(),
        _ => throw Bad($"it calls {name} in a way that PyTorch does not"),
    };

    public override object Persistent(object? id)
    {
        if (id is not object?[] parts || parts is not ["storage", PickleName type, string key, string, long count, .. var view] || view.Length > 1)
            throw Bad("it refers to data in a way that PyTorch does not");
        if (view is [not null]) throw Bad($"its storage '{Short(key)}' is a view of another one, as only very old versions of PyTorch wrote them");
        if (!StorageTypes.TryGetValue(type.Text, out var element)) throw Bad($"it takes {Short(type.Text)} for a type of numbers");
        if (count < 0 || count > long.MaxValue / 16) throw Bad($"its storage '{Short(key)}' claims {count} numbers");
        var storage = new TorchStorage(key, element, count);
        if (_storages.TryGetValue(key, out var known)) return known == storage ? known : throw Bad($"its storage '{Short(key)}' is stated in two ways");
        _storages.Add(key, storage);
        return storage;
    }

    public override void Build(object? target, object? state)
    {
        if (state is not OrderedDictionary<object, object?> fields) throw Bad("it gives an object a state that is no dict");
        switch (target)
        {
            case TorchNamespace space:
                foreach (var (name, value) in fields) space.Fields[name] = value;
                break;
            case OrderedDictionary<object, object?>: break; // attributes of a state dict: versions of its modules
            default: throw Bad("it gives a state to what has none");
        }
    }

    private TorchTensor Tensor(TorchStorage storage, long offset, object?[] shape, object?[] strides)
    {
        var tensor = new TorchTensor(storage, offset, Integers(shape), Integers(strides));
        return tensor.Fault() is { } fault ? throw Bad(fault) : tensor;
    }

    private long[] Integers(object?[] values) => Array.ConvertAll(values, value => value is long number ? number : throw Bad("a tensor in it has a shape or stride that is no integer"));
}
