using System.Diagnostics;
using VFMTok.Examples.Drawing;

var watch = Stopwatch.StartNew();
for (var index = 0L; index < 4000; index++)
{
    ProceduralImages.Draw(index, seed: 1, out _);
}

Console.WriteLine($"{4000 / watch.Elapsed.TotalSeconds:F0} images per second.");
