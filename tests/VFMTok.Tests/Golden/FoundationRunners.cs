using System.Text.Json;
using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Foundation;
using static TorchSharp.torch;

namespace VFMTok.Tests.Golden;

/// <summary>Golden kinds of the frozen foundation model.</summary>
internal static class FoundationRunners
{
    public static VisionTransformerConfig Config(JsonElement c) => new(
        c.GetProperty("patch_size").GetInt32(), c.GetProperty("embed_dim").GetInt32(), c.GetProperty("depth").GetInt32(), c.GetProperty("num_heads").GetInt32(),
        c.GetProperty("img_size").GetInt32() / c.GetProperty("patch_size").GetInt32(), c.GetProperty("num_register_tokens").GetInt32(),
        c.GetProperty("ffn_layer").GetString() == "mlp" ? FeedForwardKind.Mlp : FeedForwardKind.SwiGlu, c.GetProperty("mlp_ratio").GetInt32())
    {
        AntialiasPositions = c.GetProperty("interpolate_antialias").GetBoolean(),
        PositionOffset = c.GetProperty("interpolate_offset").GetDouble(),
    };

    public static void Dinov2(GoldenCase golden)
    {
        using var network = new VisionTransformer(Config(golden.Config));
        network.eval();
        golden.FillWeights(StateDict.Of(network, VisionTransformer.Names));
        using var noGradient = no_grad();
        var captured = new Dictionary<string, Tensor>();
        for (var b = 0; b < network.Blocks.Count; b++)
        {
            var name = $"block{b}";
            network.Blocks[b].register_forward_hook((_, _, y) => captured[name + ".out"] = y.clone().DetachFromDisposeScope());
            network.Blocks[b].Attention.register_forward_hook((_, _, y) => captured[name + ".attn_out"] = y.clone().DetachFromDisposeScope());
            network.Blocks[b].FeedForward.register_forward_hook((_, _, y) => captured[name + ".mlp_out"] = y.clone().DetachFromDisposeScope());
        }
        var levels = Ints(golden.Config, "levels");
        var variant = Ints(golden.Config, "levels_variant");
        for (var i = 0; i < golden.Config.GetProperty("image_sizes").GetArrayLength(); i++)
        {
            var image = golden.Input($"image{i}");
            void Compare(string name, Tensor value) { if (golden.HasOutput($"image{i}.{name}")) golden.Compare($"image{i}.{name}", value); }
            int rows = (int)image.shape[2] / network.Config.PatchSize, columns = (int)image.shape[3] / network.Config.PatchSize;
            Compare("patch_embed", network.PatchEmbedding.forward(image).flatten(2).transpose(1, 2));
            Compare("pos_embed_interpolated", network.Positions(rows, columns));
            Compare("tokens", network.PrepareTokens(image));
            CompareFeatures("", network.Features(image, levels));
            foreach (var (name, value) in captured) Compare(name, value);
            var varied = network.Features(image, variant);
            CompareFeatures("levels_variant.", varied);
            Compare("levels_variant.count", tensor(new long[] { varied.Length }));
            var all = network.Tokens(image);
            Compare("x_norm_clstoken", all[TensorIndex.Colon, 0]);
            Compare("x_norm_regtokens", all.narrow(1, 1, network.Config.Registers));
            Compare("x_norm_patchtokens", network.Patches(all));
            Compare("forward", network.forward(image));
            if (golden.HasOutput($"image{i}.tokens_masked")) Compare("tokens_masked", network.PrepareTokens(image, golden.Input($"masks{i}").to(ScalarType.Bool)));

            void CompareFeatures(string prefix, Tensor[] features)
            {
                for (var f = 0; f < features.Length; f++) Compare($"{prefix}feature{f}", features[f]);
            }
        }
        golden.RequireAllCompared();
    }

    public static void Preprocess(GoldenCase golden)
    {
        var size = golden.Config.GetProperty("target").GetInt32();
        for (var i = 0; i < golden.Config.GetProperty("sizes_hw").GetArrayLength(); i++)
        {
            var resized = FoundationInput.Resize(golden.Input($"image{i}"), size);
            golden.Compare($"image{i}.resized", resized);
            golden.Compare($"image{i}.normalised", FoundationInput.Normalise(resized));
        }
        if (golden.HasOutput("real.normalised_strided"))
        {
            var real = (golden.Input("real_u8").to(ScalarType.Float32) / 255 - 0.5) / 0.5;
            var resized = FoundationInput.Resize(real, golden.Config.GetProperty("real_target").GetInt32());
            var stride = TensorIndex.Slice(null, null, 3);
            golden.Compare("real.normalised_strided", FoundationInput.Normalise(resized)[TensorIndex.Colon, TensorIndex.Colon, stride, stride]);
            var unit = (resized.clamp(-1, 1) + 1) / 2;
            golden.Compare("real.mean_std", stack([unit.mean(), unit.std()]));
        }
        golden.RequireAllCompared();
    }

    public static int[] Ints(JsonElement config, string name) => config.GetProperty(name).EnumerateArray().Select(v => v.GetInt32()).ToArray();
}
