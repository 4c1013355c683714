namespace VFMTok.Kernels;

/// <summary>A weight matrix in fewer bits, ordered as <see cref="PackedProducts"/> reads it: blocks of 32 output channels, and in a block all input channels after each other.</summary>
/// <remarks>A product of few rows takes as long as its weights take to be read: half the bits, half the time.</remarks>
internal sealed unsafe class PackedWeights : IDisposable
{
    /// <summary>Output channels of a block; missing ones are zero.</summary>
    public const int Block = 32;

    private const int Half = Block / 2;

    private readonly AlignedMemory _memory;

    /// <param name="weights">[outputs, inputs] float32.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="inputs">Input channels.</param>
    /// <param name="format">What is stored.</param>
    public PackedWeights(float* weights, int outputs, int inputs, WeightFormat format)
    {
        (Outputs, Inputs, Format) = (outputs, inputs, format);
        Scales = new float[Blocks * Block];
        _memory = new AlignedMemory(ByteLength);
        Parallel.For(0, Blocks, block => Pack(weights, block));
    }

    public int Outputs { get; }

    public int Inputs { get; }

    public WeightFormat Format { get; }

    /// <summary>Blocks of output channels.</summary>
    public int Blocks => (Outputs + Block - 1) / Block;

    /// <summary>Bytes that a product reads.</summary>
    public long ByteLength => (long)Blocks * BlockBytes;

    /// <summary>Factor of each output channel: [Blocks * 32]; used by <see cref="WeightFormat.Int8"/> only.</summary>
    public float[] Scales { get; }

    private long BlockBytes => (long)Inputs * (Format == WeightFormat.BFloat16 ? BFloat16Reader.Bytes : Int8Reader.Bytes);

    /// <summary>Where a block starts.</summary>
    public byte* this[int block] => _memory.Start + block * BlockBytes;

    public void Dispose() => _memory.Dispose();

    /// <summary>Rounds to bfloat16, to even in the middle. The number must be finite.</summary>
    public static ushort Round(float x)
    {
        var bits = BitConverter.SingleToUInt32Bits(x);
        return (ushort)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
    }

    private void Pack(float* weights, int block)
    {
        var target = this[block];
        for (var lane = 0; lane < Block; lane++)
        {
            var output = block * Block + lane;
            var row = weights + (long)output * Inputs;
            var isThere = output < Outputs;
            if (Format == WeightFormat.BFloat16)
            {
                var halves = (ushort*)target + (lane < Half ? 2 * lane : 2 * (lane - Half) + 1);
                for (var k = 0; k < Inputs; k++) halves[k * Block] = isThere ? Round(row[k]) : (ushort)0;
                continue;
            }
            float largest = 0;
            for (var k = 0; isThere && k < Inputs; k++) largest = MathF.Max(largest, MathF.Abs(row[k]));
            var scale = Scales[output] = largest / sbyte.MaxValue;
            for (var k = 0; k < Inputs; k++) ((sbyte*)target)[k * Block + lane] = largest > 0 && isThere ? (sbyte)MathF.Round(row[k] / scale) : (sbyte)0;
        }
    }
}
