using System.Text.Json;
using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Tokenizer;
using VFMTok.Training;
using VFMTok.Training.Losses;
using static TorchSharp.torch;

namespace VFMTok.Tests.Golden;

/// <summary>Golden kinds of the tokenizer's parts and of the whole.</summary>
internal static class TokenizerRunners
{
    private static readonly NameMap DeformableNames = new()
    {
        { "_offsets", "sampling_offsets" }, { "_weights", "attention_weights" }, { "_value", "value_proj" }, { "_output", "output_proj" },
    };

    public static void DeformableAttention(GoldenCase golden)
    {
        var functional = golden.Config.GetProperty("functional");
        Tensor Leaf(string name) => golden.Input(name).requires_grad_();
        var (value, locations, weights) = (Leaf("fn.value"), Leaf("fn.sampling_locations"), Leaf("fn.attention_weights"));
        var output = VFMTok.Tokenizer.DeformableAttention.Sample(value, Levels(functional), locations, weights);
        golden.Compare("fn.output", output);
        (output * golden.Input("fn.grad_output")).sum().backward();
        golden.Compare("fn.grad_value", value.grad!);
        golden.Compare("fn.grad_sampling_locations", locations.grad!);
        golden.Compare("fn.grad_attention_weights", weights.grad!);

        var config = golden.Config.GetProperty("module");
        using var module = new DeformableAttention(config.GetProperty("d_model").GetInt32(), config.GetProperty("n_heads").GetInt32(), config.GetProperty("n_points").GetInt32(), Levels(config));
        golden.FillWeights(StateDict.Of(module, DeformableNames));
        var (query, input) = (Leaf("mod.query"), Leaf("mod.input_flatten"));
        var points = golden.Input("mod.reference_points");
        output = module.call(query, points, input);
        golden.Compare("mod.output", output);
        (output * golden.Input("mod.grad_output")).sum().backward();
        golden.Compare("mod.grad_query", query.grad!);
        golden.Compare("mod.grad_input_flatten", input.grad!);
        foreach (var (name, parameter) in module.named_parameters()) golden.Compare("mod.grad." + DeformableNames.ToOfficial(name), parameter.grad!);

        var mask = golden.Input("mod.padding_mask").to(ScalarType.Bool);
        Parts("mod", points, null);
        Parts("mod_boxes", golden.Input("mod.reference_boxes"), null);
        Parts("mod_mask", points, mask);
        golden.Compare("mod_boxes.output", module.call(query, golden.Input("mod.reference_boxes"), input));
        golden.Compare("mod_mask.output", Masked());
        golden.RequireAllCompared();

        void Parts(string name, Tensor references, Tensor? ignored)
        {
            golden.Compare(name + ".value", module.Values(input, ignored));
            golden.Compare(name + ".sampling_locations", module.Locations(query, references));
            golden.Compare(name + ".attention_weights", module.AttentionWeights(query));
        }

        Tensor Masked()
        {
            var sampled = VFMTok.Tokenizer.DeformableAttention.Sample(module.Values(input, mask), Levels(config), module.Locations(query, points), module.AttentionWeights(query));
            return nn.functional.linear(sampled, module.get_parameter("_output.weight")!, module.get_parameter("_output.bias")!);
        }

        static (int, int)[] Levels(JsonElement c) => c.GetProperty("levels").EnumerateArray().Select(l => (l[0].GetInt32(), l[1].GetInt32())).ToArray();
    }

    public static void Quantizer(GoldenCase golden)
    {
        var config = golden.Config;
        var beta = config.GetProperty("beta").GetDouble();
        var ratio = config.GetProperty("entropy_loss_ratio").GetDouble();
        foreach (var (prefix, normalise) in new[] { ("l2.", true), ("nol2.", false) })
        {
            using var quantizer = new VectorQuantizer(config.GetProperty("n_e").GetInt32(), config.GetProperty("e_dim").GetInt32(), normalise);
            golden.FillWeights(StateDict.Of(quantizer, VectorQuantizer.Names));
            var z = golden.Input("z_queries").requires_grad_();
            var result = quantizer.call(Rows(z));
            var codebook = QuantizerLosses.Codebook(result.Codes, result.Input);
            var commitment = QuantizerLosses.Commitment(result.Codes, result.Input, beta);
            var entropy = ratio * EntropyLoss.Compute(-result.Distances);
            golden.Compare(prefix + "zq", Maps(result.StraightThrough, z.shape));
            golden.Compare(prefix + "indices", result.Indices);
            golden.Compare(prefix + "vq_loss", codebook);
            golden.Compare(prefix + "commit_loss", commitment);
            golden.Compare(prefix + "entropy_loss", entropy);
            golden.Compare(prefix + "codebook_usage", tensor((float)quantizer.RecordUsage(result.Indices)));
            ((Maps(result.StraightThrough, z.shape) * golden.Input("grad_zq")).sum() + codebook + commitment + entropy).backward();
            golden.Compare(prefix + "grad_z", z.grad!);
            golden.Compare(prefix + "grad_embedding", quantizer.Weight.grad!);

            using var noGradient = no_grad();
            var image = golden.Input("z_image");
            var imageResult = quantizer.call(Rows(image));
            quantizer.RecordUsage(imageResult.Indices);
            var tail = golden.Expected(prefix + "codebook_used_tail_after2").shape[0];
            golden.Compare(prefix + "codebook_used_tail_after2", quantizer.Used.narrow(0, quantizer.Used.shape[0] - tail, tail));
            golden.Compare(prefix + "image.zq", Maps(imageResult.StraightThrough, image.shape));
            golden.Compare(prefix + "image.indices", imageResult.Indices);
            var entries = quantizer.Lookup(golden.Input("indices").to(ScalarType.Int64));
            golden.Compare(prefix + "entry_flat", entries);
            golden.Compare(prefix + "entry_channel_first", Maps(entries, image.shape));

            if (!normalise) continue;
            var first = result.Input.detach().narrow(0, 0, 4);
            quantizer.Weight.narrow(0, 0, 4).copy_(first);
            quantizer.Weight.narrow(0, 4, 4).copy_(first);
            golden.Compare("tie.indices_first4", quantizer.call(Rows(z)).Indices.narrow(0, 0, 4));
        }
        golden.Compare("entropy_of_affinity", EntropyLoss.Compute(0.05 * golden.Input("affinity")));
        golden.RequireAllCompared();

        static Tensor Rows(Tensor z) => z.flatten(2).transpose(1, 2);
        static Tensor Maps(Tensor rows, long[] shape) => rows.reshape(shape[0], -1, shape[1]).transpose(1, 2).reshape(shape);
    }

    public static TokenizerConfig Config(JsonElement c)
    {
        var foundation = FoundationRunners.Config(c.GetProperty("dino"));
        return new TokenizerConfig
        {
            ImageSize = c.GetProperty("image_size").GetInt32(), FoundationSize = c.GetProperty("dino_resize").GetInt32(), Foundation = foundation,
            Levels = FoundationRunners.Ints(c, "levels"), SlotGrid = (int)Math.Sqrt(c.GetProperty("n_carrier").GetInt32()),
            Width = c.GetProperty("dim").GetInt32(), EncoderDepth = c.GetProperty("enc_depth").GetInt32(), SamplingPoints = c.GetProperty("enc_n_points").GetInt32(),
            CodebookSize = c.GetProperty("codebook_size").GetInt32(), CodeWidth = c.GetProperty("codebook_dim").GetInt32(),
            DecoderDepth = c.GetProperty("dec_depth").GetInt32(), DecoderHeads = c.GetProperty("dec_num_head").GetInt32(), DecoderHidden = c.GetProperty("dec_mlp_dim").GetInt32(),
            DecoderRegisters = c.GetProperty("num_register_tokens_decoder").GetInt32(), PixelWidth = c.GetProperty("cnn_ch").GetInt32(),
        };
    }

    /// <summary>Every intermediate result between an image and its tokens' queries, and the token decoder's, by the fixtures' names.</summary>
    internal static IReadOnlyList<(string Name, Tensor Value)> Stages(VfmTokenizer network, Tensor images)
    {
        var stages = new List<(string, Tensor)>();
        void Add(string name, Tensor value) => stages.Add((name, value));
        var layer = network.Encoder!.Layers[0];
        var unhook = new List<Action>
        {
            layer.CrossAttention.register_forward_hook((_, _, _, _, y) => Seen("enc_layer0.cross_attn", y)).remove,
            layer.SelfAttention.register_forward_hook((_, _, y) => Seen("enc_layer0.self_attn", y)).remove,
        };
        for (var i = 0; i < network.Encoder!.Layers.Count; i++) { var name = $"slots.layer{i}"; unhook.Add(network.Encoder!.Layers[i].register_forward_hook((_, _, _, _, _, y) => Seen(name, y)).remove); }
        for (var i = 0; i < network.TokenDecoder.Layers.Count; i++) { var name = $"dec_layer{i}"; unhook.Add(network.TokenDecoder.Layers[i].register_forward_hook((_, _, y) => Seen(name, y)).remove); }

        Add("dino_input", VFMTok.Foundation.FoundationInput.Prepare(images, network.Config.FoundationSize));
        var features = network.Features(images);
        var keys = network.Encoder!.Keys(features);
        for (var l = 0; l < features.Length; l++)
        {
            Add($"level{l}", features[l]);
            Add($"kv{l}", keys[l]);
        }
        var slots = network.Encoder!.call(features);
        var start = network.Encoder!.StartSlots(images.shape[0]);
        Add("carrier", start);
        Add("enc_layer0.sampling_locations", layer.CrossAttention.Locations(start + network.Encoder!.get_parameter("_slotPositions")!, network.Encoder!.ReferencePoints(CPU)));
        var before = network.PreQuantizer.call(slots);
        var indices = network.Quantizer.call(before).Indices;
        Add("pre_quant", before);
        Add("indices", indices);
        var codes = network.Quantizer.Lookup(indices.reshape(images.shape[0], -1));
        var queries = network.PostQuantizer.call(codes);
        Add("quant", codes);
        Add("post_quant", queries);
        Add("dec_pos_interpolated", network.TokenDecoder.ImagePositions());
        Add("dec_tokens_in", network.TokenDecoder.ImageTokens(queries));
        Add("dec_z", network.TokenDecoder.call(queries));
        unhook.ForEach(remove => remove());
        return stages;

        Tensor Seen(string name, Tensor value)
        {
            Add(name, value);
            return value;
        }
    }

    public static void TokenizerEvaluation(GoldenCase golden)
    {
        using var network = new VfmTokenizer(Config(golden.Config));
        network.eval();
        golden.FillWeights(StateDict.Of(network, VfmTokenizer.Names));
        using var noGradient = no_grad();
        var images = golden.Input("images");
        foreach (var (name, value) in Stages(network, images)) golden.Compare(name, value);
        golden.Compare("enc_layer0.sampling_locations", network.Looks(images).select(1, 0).narrow(-1, 0, 2)); // as the trace has them too
        golden.Compare("reference_points", network.Encoder!.ReferencePoints(CPU).expand(images.shape[0], -1, -1, -1));
        golden.Compare("quant_straight_through", network.Quantizer.call(network.BeforeQuantization(images)).StraightThrough);
        golden.Compare("recon", network.Decode(network.Encode(images)));

        var decoded = network.Decode(golden.Input("codes").to(ScalarType.Int64));
        golden.Compare("codes.recon", decoded);
        foreach (var name in golden.OutputNames.Where(n => n.StartsWith("codes.decode_", StringComparison.Ordinal)))
        {
            var bytes = VfmTokenizer.ToBytes(decoded, int.Parse(name[(name.LastIndexOf('_') + 1)..]));
            golden.Compare(name, name.Contains("codes_to_img") ? bytes.permute(0, 2, 3, 1) : bytes);
        }
        golden.RequireAllCompared();
    }

    public static void Ranks(GoldenCase golden)
    {
        using var network = new VfmTokenizer(Config(golden.Config));
        network.eval();
        golden.FillWeights(StateDict.Of(network, VfmTokenizer.Names));
        using var noGradient = no_grad();
        var images = golden.Input("images");
        var before = network.BeforeQuantization(images);
        golden.Compare("pre_quant", before);
        golden.Compare("indices", network.Encode(images));
        foreach (var k in FoundationRunners.Ints(golden.Config, "k")) golden.Compare($"k{k}.indices", network.EncodeRanks(images, k));
        var ranks = network.EncodeRanks(images, 3);                                                                    // [B, 3, S]
        golden.Compare("k2.codes", network.Quantizer.Lookup(ranks.narrow(1, 0, 2)).transpose(2, 3).unsqueeze(-1));
        var distances = network.Quantizer.call(before).Distances.reshape(images.shape[0], -1, network.Config.CodebookSize); // [B, S, K]
        golden.Compare("distances", distances.gather(2, ranks.transpose(1, 2)).transpose(1, 2));

        // What training makes of two ranks. Its order of the images belongs to the seed: take one that leaves it as it is.
        var (tokens, labels) = (network.EncodeRanks(images, 2).flatten().to(ScalarType.Int32).data<int>().ToArray(), golden.Input("class_id").to(ScalarType.Int32).data<int>().ToArray());
        var data = new TokenizedImages(tokens, labels, network.Config.SlotGrid, network.Config.CodebookSize, [.. Enumerable.Range(0, labels.Max() + 1).Select(c => $"{c}")], "none", ranks: 2);
        var batch = Enumerable.Range(0, 100).Select(seed => new TokenBatches(data, labels.Length, 0, seed, CPU).Take(0, 0, labels.Length)).First(b => b.Labels[0].item<long>() == labels[0]);
        golden.Compare("train.tokens", batch.Tokens);
        golden.Compare("train.class_id", batch.Labels);
        golden.RequireAllCompared();
    }
}
