using VFMTok.Examples.Drawing;

var folder = args.Length > 0 ? args[0] : "shapes";
ShapeSet.Write(folder, imagesPerClass: 10, seed: 1);
Console.WriteLine($"Wrote {ShapeSet.Classes.Count} classes to {folder}.");
