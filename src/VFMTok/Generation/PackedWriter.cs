using System.Runtime.Intrinsics;
using VFMTok.Kernels;
using static TorchSharp.torch;

namespace VFMTok.Generation;

/// <summary>Images that a <see cref="PackedTransformer"/> is writing.</summary>
/// <remarks>A step is a list of phases, seven a layer, whose parts the threads share (<see cref="WorkTeam"/>). All buffers are [B, ...] of float32, rows filled up to whole blocks of 32 channels.</remarks>
internal sealed unsafe class PackedWriter : CodeWriter
{
    private const int PhasesPerLayer = 7, Block = PackedWeights.Block, Tile = PackedProducts.Tile, PartsPerThread = 4;

    private readonly AutoregressiveTransformer _network;
    private readonly GeneratorConfig _config;
    private readonly Tensor _classes;
    private readonly int _rows;
    private readonly Layer[] _layers;
    private readonly PackedWeights _head;
    private readonly PackedCache _cache;
    private readonly AlignedMemory _memory;
    private readonly Rows _x, _normed, _qkv, _attended, _hidden, _scratch; // the last one for each key head: scores and a result
    private readonly int[] _parts;
    private readonly int _threads;
    private float* _logits, _rotary;
    private int _position;

    private sealed record Layer(RmsNorm AttentionNorm, PackedWeights Qkv, PackedWeights Output, RmsNorm FeedForwardNorm, PackedWeights Gate, PackedWeights Up, PackedWeights Down);

    private readonly record struct Rows(nint Start, int Stride)
    {
        public float* this[int row] => (float*)Start + (long)row * Stride;
    }

    /// <param name="network">In evaluation mode, frozen, float32 on the CPU.</param>
    /// <param name="format">Of the weights.</param>
    /// <param name="classes">[B] int64</param>
    public PackedWriter(AutoregressiveTransformer network, WeightFormat format, Tensor classes)
    {
        (_network, _config, _classes, _rows) = (network, network.Config, classes, (int)classes.shape[0]);
        var trunk = network.Trunk;
        _layers = [.. trunk.Layers.Select(l => new Layer(l.AttentionNorm, l.Attention.Qkv.Packed(format), l.Attention.Output.Packed(format),
            l.FeedForwardNorm, l.FeedForwardNetwork.Gate.Packed(format), l.FeedForwardNetwork.Up.Packed(format), l.FeedForwardNetwork.Down.Packed(format)))];
        _head = trunk.Output.Packed(format);
        _cache = new PackedCache(_config.Depth, _rows, _config.KeyValueHeadCount, _config.HeadWidth, _config.TokenCount);
        int[] widths = [_config.Width, _config.Width, _layers[0].Qkv.Outputs, _config.Heads * _config.HeadWidth, _config.HiddenWidth, _config.KeyValueHeadCount * (_cache.Scores + _cache.ResultWidth)];
        var strides = widths.Select(w => (w + Block - 1) / Block * Block).ToArray();
        _memory = new AlignedMemory(sizeof(float) * _rows * strides.Sum(stride => (long)stride)).Clear();
        var buffers = strides.Select((stride, i) => new Rows((nint)((float*)_memory.Start + _rows * strides.Take(i).Sum(s => (long)s)), stride)).ToArray();
        (_x, _normed, _qkv, _attended, _hidden, _scratch) = (buffers[0], buffers[1], buffers[2], buffers[3], buffers[4], buffers[5]);
        _threads = get_num_threads();
        _parts = Parts();
    }

    /// <inheritdoc/>
    public override Tensor Next(Tensor? codes)
    {
        Embed(codes);
        using var table = _network.RotaryTable(CPU).alias();
        var logits = empty(_rows, _head.Blocks * Block);                                     // [B, K, filled up]
        fixed (byte* target = logits.bytes, rotary = table.bytes)
        {
            _logits = (float*)target;
            _rotary = (float*)rotary + (long)_position * _config.HeadWidth;
            WorkTeam.Run(_threads, _parts, Work);
        }
        _position++;
        return logits.narrow(1, 0, _config.CodebookSize);                                    // [B, K]
    }

    public override void Dispose()
    {
        _cache.Dispose();
        _memory.Dispose();
    }

    private void Embed(Tensor? codes)
    {
        using var scope = NewDisposeScope();
        var x = codes is null ? _network.EmbedClasses(_classes) : _network.EmbedCodes(codes.unsqueeze(1)); // [B, 1, C]
        fixed (byte* from = x.contiguous().bytes)
            for (var row = 0; row < _rows; row++) new ReadOnlySpan<float>((float*)from + (long)row * _config.Width, _config.Width).CopyTo(new Span<float>(_x[row], _config.Width));
    }

    private int[] Parts()
    {
        int Product(PackedWeights weights) => Math.Min(weights.Blocks, _threads * PartsPerThread);
        int[] Of(Layer l) => [_rows, Product(l.Qkv), _rows * _config.KeyValueHeadCount, Product(l.Output), _rows, Product(l.Gate), Product(l.Down)];
        return [.. _layers.SelectMany(Of), _rows, Product(_head)];
    }

    private void Work(int phase, int part)
    {
        var (index, step) = (phase / PhasesPerLayer, phase % PhasesPerLayer);
        if (index == _layers.Length)
        {
            if (step == 0) Normalise(_network.Trunk.Norm, part);
            else Multiply(_normed, _head, phase, part, new Rows((nint)_logits, _head.Blocks * Block), add: false);
            return;
        }
        var layer = _layers[index];
        switch (step)
        {
            case 0: Normalise(layer.AttentionNorm, part); break;
            case 1: Multiply(_normed, layer.Qkv, phase, part, _qkv, add: false); break;
            case 2: Attend(index, part / _config.KeyValueHeadCount, part % _config.KeyValueHeadCount); break;
            case 3: Multiply(_attended, layer.Output, phase, part, _x, add: true); break;
            case 4: Normalise(layer.FeedForwardNorm, part); break;
            case 5: Gate(layer, phase, part); break;
            default: Multiply(_hidden, layer.Down, phase, part, _x, add: true); break;
        }
    }

    private void Normalise(RmsNorm norm, int row)
    {
        float* x = _x[row], y = _normed[row];
        Vector512<float> squares = default;
        for (var i = 0; i < _x.Stride; i += Vector512<float>.Count)
        {
            var v = Vector512.Load(x + i);
            squares = Vector512.FusedMultiplyAdd(v, v, squares);                             // channels beyond the width are zero
        }
        var factor = Vector512.Create(1 / MathF.Sqrt(Vector512.Sum(squares) / _config.Width + (float)norm.Epsilon));
        var scale = norm.Scale;
        var c = 0;
        for (; c + Vector512<float>.Count <= _config.Width; c += Vector512<float>.Count) (Vector512.Load(x + c) * factor * Vector512.Create(scale[c..])).Store(y + c);
        for (; c < _config.Width; c++) y[c] = x[c] * factor[0] * scale[c];
    }

    private (int First, int End) Share(int blocks, int phase, int part) =>
        ((int)((long)blocks * part / _parts[phase]), (int)((long)blocks * (part + 1) / _parts[phase]));

    private void Multiply(Rows x, PackedWeights weights, int phase, int part, Rows y, bool add)
    {
        var tile = stackalloc float[Tile * Block];
        var (first, end) = Share(weights.Blocks, phase, part);
        for (var block = first; block < end; block++)
            for (var row = 0; row < _rows; row += Tile)
            {
                var count = Math.Min(Tile, _rows - row);
                PackedProducts.Multiply(x[row], x.Stride, count, weights, block, tile);
                for (var i = 0; i < count; i++)
                {
                    float* from = tile + i * Block, to = y[row + i] + block * Block;
                    var (low, high) = (Vector512.Load(from), Vector512.Load(from + 16));
                    if (add) (low, high) = (low + Vector512.Load(to), high + Vector512.Load(to + 16));
                    low.Store(to);
                    high.Store(to + 16);
                }
            }
    }

    // silu(gate x) * up x
    private void Gate(Layer layer, int phase, int part)
    {
        float* gates = stackalloc float[Tile * Block], ups = stackalloc float[Tile * Block];
        var (first, end) = Share(layer.Gate.Blocks, phase, part);
        for (var block = first; block < end; block++)
            for (var row = 0; row < _rows; row += Tile)
            {
                var count = Math.Min(Tile, _rows - row);
                PackedProducts.Multiply(_normed[row], _normed.Stride, count, layer.Gate, block, gates);
                PackedProducts.Multiply(_normed[row], _normed.Stride, count, layer.Up, block, ups);
                for (var i = 0; i < count; i++)
                    for (var lane = 0; lane < Block; lane += Vector512<float>.Count)
                    {
                        var gate = Vector512.Load(gates + i * Block + lane);
                        var silu = gate / (Vector512<float>.One + Exponential.Of(-gate));
                        (silu * Vector512.Load(ups + i * Block + lane)).Store(_hidden[row + i] + block * Block + lane);
                    }
            }
    }

    private void Attend(int layer, int row, int shared)
    {
        int heads = _config.Heads, width = _config.HeadWidth, group = heads / _config.KeyValueHeadCount;
        float* scores = _scratch[row] + (long)shared * (_cache.Scores + _cache.ResultWidth), result = scores + _cache.Scores;
        var qkv = _qkv[row];
        float* key = qkv + (heads + shared) * width, value = key + _config.KeyValueHeadCount * width;
        Rotate(key);
        _cache.Append(layer, row, shared, _position, key, value);
        for (var head = shared * group; head < (shared + 1) * group; head++)
        {
            Rotate(qkv + head * width);
            _cache.Attend(layer, row, shared, _position + 1, qkv + head * width, result, scores);
            new ReadOnlySpan<float>(result, width).CopyTo(new Span<float>(_attended[row] + head * width, width));
        }
    }

    // (a, b) to (a cos - b sin, b cos + a sin)
    private void Rotate(float* x)
    {
        for (var i = 0; i < _config.HeadWidth; i += 2)
        {
            var (a, b, cos, sin) = (x[i], x[i + 1], _rotary[i], _rotary[i + 1]);
            (x[i], x[i + 1]) = (a * cos - b * sin, b * cos + a * sin);
        }
    }
}
