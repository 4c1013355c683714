// Draws the unlabelled pictures that the shipped tiny foundation model was pretrained on. Then the tool pretrains on them:
//   dotnet run -c Release --project examples/PretrainFoundation -- pictures
//   dotnet run -c Release --project src/VFMTok.Cli -- pretrain --images pictures --output tiny.safetensors
// docs/foundation.md tells what comes out of it.
using SkiaSharp;
using VFMTok.Examples.Drawing;

const int Seed = 20260101, Size = 96, DefaultCount = 16000;
if (args.Length is < 1 or > 2 || (args.Length == 2 && !(int.TryParse(args[1], out var given) && given > 0)))
{
    Console.Error.WriteLine($"Usage: PretrainFoundation FOLDER [COUNT]; COUNT is a positive number, {DefaultCount} if it is missing.");
    return 2;
}

var count = args.Length == 2 ? int.Parse(args[1]) : DefaultCount;
try
{
    Directory.CreateDirectory(args[0]);
    Parallel.For(0, count, Write);
}
catch (Exception e) when ((e is AggregateException { InnerException: { } inner } ? inner : e) is IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"The folder '{args[0]}' cannot be written ({(e.InnerException ?? e).Message.TrimEnd('.')}); choose another one.");
    return 1;
}

Console.WriteLine($"{args[0]}: {count} pictures of {Size} x {Size} pixels.");
return 0;

void Write(int index)
{
    var rgb = ProceduralImages.Draw(index, Seed, Size);
    var rgba = new byte[Size * Size * 4];
    for (int from = 0, to = 0; from < rgb.Length; from += 3, to += 4)
    {
        rgb.AsSpan(from, 3).CopyTo(rgba.AsSpan(to));
        rgba[to + 3] = 255;
    }

    using var image = SKImage.FromPixelCopy(new SKImageInfo(Size, Size, SKColorType.Rgba8888, SKAlphaType.Opaque), rgba);
    using var png = image.Encode(SKEncodedImageFormat.Png, 100);
    using var file = File.Create(Path.Combine(args[0], $"{index:D6}.png"));
    png.SaveTo(file);
}
