using System.Text.Json;
using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Training.Discriminators;
using VFMTok.Training.Losses;
using static TorchSharp.torch;

namespace VFMTok.Tests.Golden;

/// <summary>Golden kinds of the discriminators.</summary>
internal static class DiscriminatorRunners
{
    public static void Patch(GoldenCase golden)
    {
        using var network = new PatchDiscriminator(golden.Config.GetProperty("ndf").GetInt32(), golden.Config.GetProperty("n_layers").GetInt32());
        golden.FillWeights(StateDict.Of(network, network.Names));
        network.train();
        var (real, fake) = (golden.Input("real"), golden.Input("fake").requires_grad_());
        var (logitsFake, logitsReal) = CompareLosses(golden, network, fake, real, "train.");
        network.zero_grad();
        AdversarialLoss.Discriminator(logitsReal, network.call(fake.detach()), AdversarialLossKind.Hinge).backward();
        CompareGradients(golden, network);
        CompareState(golden, network, "after_train.");
        var tracked = StateDict.Of(network, network.Names).Where(t => t.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal)).Select(t => t.Tensor).ToArray();
        golden.Compare("after_train.num_batches_tracked", golden.Expected("after_train.num_batches_tracked").dim() == 0 ? tracked[0] : stack(tracked));
        network.eval();
        golden.Compare("eval.logits_fake", network.call(fake));
        golden.Compare("eval.logits_real", network.call(real));
        golden.RequireAllCompared();
    }

    public static void StyleGan(GoldenCase golden)
    {
        using var network = new StyleGanDiscriminator(golden.Config.GetProperty("image_size").GetInt32());
        golden.FillWeights(StateDict.Of(network, network.Names));
        var (real, fake) = (golden.Input("real"), golden.Input("fake").requires_grad_());
        var blocks = new List<Tensor>(); // of the fake images, which are judged first
        network.Blocks[0].register_forward_hook((_, _, y) =>
        {
            blocks.Add(y);
            return y;
        });
        var (logitsFake, logitsReal) = CompareLosses(golden, network, fake, real, "");
        golden.Compare("block2_fake.strided", Strided(blocks[0], golden.Expected("block2_fake.strided")));
        network.zero_grad();
        AdversarialLoss.Discriminator(logitsReal, network.call(fake.detach()), AdversarialLossKind.Hinge).backward();
        CompareGradients(golden, network);
        using var blur = new Blur();
        golden.Compare("blur", blur.call(fake.narrow(2, 0, 9).narrow(3, 0, 7)));
        golden.RequireAllCompared();
    }

    public static void Dino(GoldenCase golden)
    {
        using var network = new DinoDiscriminator(Trunk(golden));
        golden.FillWeights(StateDict.Of(network, network.Names), module: 1);
        network.train();
        var (real, fake, big) = (golden.Input("real"), golden.Input("fake").requires_grad_(), golden.Input("big"));
        var (size, trunk) = (network.Trunk.ImageSize, network.Trunk);
        CompareLosses(golden, network, fake, real, "train.", () => CompareState(golden, network, "after2."));
        network.zero_grad();
        var logitsFake = network.call(fake.detach());
        var loss = AdversarialLoss.Discriminator(network.call(real), logitsFake, AdversarialLossKind.Hinge);
        loss.backward();
        golden.Compare("d_hinge_2nd", loss);
        CompareGradients(golden, network);
        CompareState(golden, network, "after4.");
        network.eval();
        using var noGradient = no_grad();
        golden.Compare("eval.logits_fake", network.call(fake));
        var readouts = trunk.Readouts(DinoInput.Draw(fake, size));
        for (var i = 0; i < readouts.Length; i++) golden.Compare($"activation{i}.strided", Strided(readouts[i].transpose(1, 2), golden.Expected($"activation{i}.strided")));
        var corner = golden.Config.GetProperty("sizes").GetProperty("crop_ij").EnumerateArray().Select(v => v.GetInt64()).ToArray();
        golden.Compare("eval.big_area.logits", network.Judge(trunk.Readouts(DinoInput.Resize(DinoInput.Normalise(big), size))));
        golden.Compare("eval.big_crop.logits", network.Judge(trunk.Readouts(DinoInput.Crop(DinoInput.Normalise(big), size, corner[0], corner[1]))));
        var x = golden.Input("bn_x").transpose(1, 2);                                                   // [B, N, C]
        using var norm = new LocalBatchNorm((int)x.shape[2]);
        golden.FillWeights(StateDict.Of(norm, LocalBatchNorm.Names), module: 2);
        golden.Compare("bn_local_batch10", norm.call(x).transpose(1, 2));
        golden.Compare("bn_local_batch3", norm.call(x.narrow(0, 0, 3)).transpose(1, 2));
        golden.RequireAllCompared();
    }

    private static DinoTrunk Trunk(GoldenCase golden)
    {
        var path = WriteTrunk(golden, module: 0);
        try
        {
            return DinoTrunk.Load(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Writes the trunk's hash weights to a temporary file, as a user's weights come: every tensor in weights.json, the unused final norm among them.</summary>
    public static string WriteTrunk(GoldenCase golden, int module)
    {
        var prefix = golden.Root.GetProperty("modules")[module].GetProperty("prefix").GetString()!;
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(golden.Folder, "weights.json")));
        var tensors = json.RootElement.EnumerateArray().Where(w => w.GetProperty("name").GetString()!.StartsWith(prefix, StringComparison.Ordinal))
            .Select(w => (Name: w.GetProperty("name").GetString()![prefix.Length..], Tensor: zeros([.. w.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())]))).ToArray();
        golden.FillWeights(tensors, module);
        var path = Path.GetTempFileName();
        using var stream = File.Create(path);
        SafetensorsWriter.Write(stream, [.. tensors.Where(t => t.Name is not ("x_scale" or "x_shift"))], new Dictionary<string, string>());
        return path;
    }

    // Logits, the discriminator's and the generator's losses of all kinds, and what each of the latter tells the fake images.
    private static (Tensor Fake, Tensor Real) CompareLosses(GoldenCase golden, Discriminator network, Tensor fake, Tensor real, string prefix, Action? afterwards = null)
    {
        var logitsFake = network.call(fake);
        var logitsReal = network.call(real);
        afterwards?.Invoke();
        golden.Compare(prefix + "logits_fake", logitsFake);
        golden.Compare(prefix + "logits_real", logitsReal);
        foreach (var (name, kind) in new[] { ("hinge", AdversarialLossKind.Hinge), ("vanilla", AdversarialLossKind.Softplus), ("non_saturating", AdversarialLossKind.SwappedCrossEntropy) })
            golden.Compare("d_loss." + name, AdversarialLoss.Discriminator(logitsReal, logitsFake, kind));
        foreach (var (name, kind) in new[] { ("hinge", AdversarialLossKind.Hinge), ("softplus", AdversarialLossKind.Softplus), ("non_saturating", AdversarialLossKind.SwappedCrossEntropy) })
        {
            fake.grad?.zero_();
            var loss = AdversarialLoss.Generator(logitsFake, kind);
            loss.backward(retain_graph: true);
            golden.Compare("g_loss." + name, loss);
            golden.Compare("grad_fake." + name, fake.grad!);
        }
        return (logitsFake, logitsReal);
    }

    private static void CompareGradients(GoldenCase golden, Discriminator network)
    {
        foreach (var (name, parameter) in network.named_parameters())
        {
            var official = "d_hinge_grad." + network.Names.ToOfficial(name);
            if (golden.HasOutput(official)) golden.Compare(official, parameter.grad!);
            if (golden.HasOutput(official + ".strided")) golden.Compare(official + ".strided", Strided(parameter.grad!, golden.Expected(official + ".strided")));
        }
    }

    private static void CompareState(GoldenCase golden, Discriminator network, string prefix)
    {
        foreach (var (name, tensor) in StateDict.Of(network, network.Names))
            if (golden.HasOutput(prefix + name)) golden.Compare(prefix + name, tensor);
    }

    // Every n-th element along each axis, as many as are expected.
    private static Tensor Strided(Tensor tensor, Tensor expected) =>
        tensor[[.. tensor.shape.Zip(expected.shape, (all, kept) => TensorIndex.Slice(step: all / kept))]];
}
