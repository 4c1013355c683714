using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using TorchSharp;
using static TorchSharp.torch;

namespace VFMTok.Tests.Shared;

/// <summary>The deterministic weights of the golden cases: a hash of the tensor's name and index, scaled by the rule that its name selects (tests/Golden/README.md).</summary>
internal static partial class HashWeights
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    private static readonly HashSet<string> Untouched = ["codebook_used", "x_scale", "x_shift", "shift", "scale", "f"];
    private static readonly HashSet<string> Uniform =
    [
        "pos_embed", "cls_token", "register_tokens", "mask_token", "carrier_tokens", "slots_pos", "position_embedding", "slot_position_embedding",
        "mask_embedding", "mask_dino", "uncond_embedding", "target_aware_pos_embed", "timesteps_embeddings",
    ];
    private static readonly string[] Embeddings = ["embedding.weight", "tok_embeddings.weight", "embedding_table.weight", "embeddings.weight"];

    [GeneratedRegex(@"(^|\.)lin[0-4]\.model\.1\.weight$")]
    private static partial Regex PerceptualHead();

    /// <summary>The rule of a tensor: R0 to R11, first match.</summary>
    public static int Rule(string name, int dimensions)
    {
        var leaf = name[(name.LastIndexOf('.') + 1)..];
        bool EndsWith(string suffix) => name == suffix || name.EndsWith("." + suffix, StringComparison.Ordinal);
        if (Untouched.Contains(leaf)) return 0;
        if (leaf == "running_mean") return 1;
        if (leaf == "running_var") return 2;
        if (leaf == "gamma") return 3;
        if (Uniform.Contains(leaf)) return 4;
        if (Embeddings.Any(EndsWith)) return 5;
        if (EndsWith("sampling_offsets.bias")) return 6;
        if (leaf is "weight_u" or "weight_v") return 7;
        if (PerceptualHead().IsMatch(name)) return 8;
        if (dimensions == 1 && leaf == "weight") return 9;
        return dimensions <= 1 ? 10 : 11;
    }

    /// <summary>The values of one tensor, C order; null where the rule leaves it alone.</summary>
    public static float[]? Values(string name, IReadOnlyList<long> shape, long seed, double gain = 1)
    {
        var rule = Rule(name, shape.Count);
        if (rule == 0) return null;
        var count = shape.Aggregate(1L, (a, b) => a * b);
        var scale = rule == 11 ? gain * Math.Sqrt(3.0 / shape.Skip(1).Aggregate(1L, (a, b) => a * b)) : 1;
        var start = Fnv(name) ^ unchecked((ulong)seed * Gamma);
        if (rule == 7)
        {
            double sum = 0;
            for (long i = 0; i < count; i++) { var u = Uniform1(start, i); sum += u * u; }
            scale = 1 / Math.Sqrt(sum);
        }
        var values = new float[count];
        Parallel.ForEach(System.Collections.Concurrent.Partitioner.Create(0, count, 1 << 16), range =>
        {
            for (var i = range.Item1; i < range.Item2; i++)
            {
                var u = Uniform1(start, i);
                values[i] = (float)(rule switch
                {
                    1 or 10 => 0.1 * u,
                    2 => 1 + 0.5 * u,
                    3 => 0.5 + 0.25 * u,
                    6 => 3 * u,
                    7 => u * scale,
                    8 => 0.5 + 0.5 * u,
                    9 => 1 + 0.1 * u,
                    11 => u * scale,
                    _ => u,
                });
            }
        });
        return values;
    }

    /// <summary>Fills tensors in place under their official names.</summary>
    public static void Fill(IEnumerable<(string Name, Tensor Tensor)> tensors, string prefix, long seed, double gain)
    {
        using var noGradient = no_grad();
        foreach (var (name, tensor) in tensors)
        {
            if (!tensor.is_floating_point() || Values(prefix + name, tensor.shape, seed, gain) is not { } values) continue;
            using var source = torch.tensor(values, tensor.shape);
            tensor.copy_(source);
        }
    }

    /// <summary>CRC-32 (zlib) of the little-endian float32 bytes.</summary>
    public static long Crc(ReadOnlySpan<float> values) => Crc(MemoryMarshal.AsBytes(values));

    /// <summary>CRC-32 (zlib) of bytes.</summary>
    public static long Crc(ReadOnlySpan<byte> bytes) => Crc32.HashToUInt32(bytes);

    private static ulong Fnv(string name)
    {
        var h = 0xCBF29CE484222325;
        foreach (var b in Encoding.UTF8.GetBytes(name)) h = unchecked((h ^ b) * 0x100000001B3);
        return h;
    }

    private static double Uniform1(ulong start, long index)
    {
        unchecked
        {
            var x = start + (ulong)(index + 1) * Gamma;
            x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
            x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
            x ^= x >> 31;
            return (x >> 40) / (double)(1 << 23) - 1;
        }
    }
}
