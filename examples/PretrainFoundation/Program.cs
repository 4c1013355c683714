// Makes the weights of the tiny foundation model that ships with the library: a small vision transformer that predicts hidden patches of drawn pictures.
//   dotnet run -c Release --project examples/PretrainFoundation -- tiny.safetensors [steps]
using System.Diagnostics;
using VFMTok.Examples.Drawing;
using VFMTok.Foundation;

if (args.Length is < 1 or > 2 || (args.Length == 2 && !int.TryParse(args[1], out _)))
{
    Console.Error.WriteLine("Usage: PretrainFoundation OUTPUT.safetensors [STEPS].");
    return 2;
}

const int Seed = 20260101;
var options = new FoundationPretrainingOptions { Steps = args.Length == 2 ? int.Parse(args[1]) : 3000, LabelSizes = [16, 8] };
var watch = Stopwatch.StartNew();
using var model = FoundationPretrainer.Train(options, Draw, (step, masked, labels) =>
{
    if ((step + 1) % 50 == 0)
        Console.WriteLine($"step {step + 1}/{options.Steps}  hidden patches {masked:f4}  labels {labels:f3}  {(step + 1) * options.BatchSize / watch.Elapsed.TotalSeconds:f0} images/s");
});
model.Save(args[0]);
Console.WriteLine($"{args[0]}: {model.ParameterCount} parameters, hash {model.Hash}, {watch.Elapsed.TotalSeconds:f0} s");
return 0;

void Draw(long index, Span<byte> rgb, Span<long> labels)
{
    ProceduralImages.Draw(index, Seed, out var label, options.ImageSize).CopyTo(rgb);
    (labels[0], labels[1]) = (label.Kind, label.Hue);
}
