// A fresh process that names no type of the library: Model.Load alone must find it. Prints whether it was loaded before, then the tokens of each image.
using Microsoft.ML;
using Microsoft.ML.Data;

Console.WriteLine(AppDomain.CurrentDomain.GetAssemblies().Any(a => a.GetName().Name == "VFMTok.ML"));
var context = new MLContext();
using var model = (IDisposable)context.Model.Load(args[0], out _);
var rows = context.Data.LoadFromEnumerable(args[1..].Select(path => new ImageRow { Path = path }));
foreach (var tokens in ((ITransformer)model).Transform(rows).GetColumn<uint[]>("Tokens")) Console.WriteLine(string.Join(' ', tokens));

internal sealed class ImageRow
{
    public string Path { get; set; } = "";

    public string Label { get; set; } = ""; // a model with a generator reads it
}
