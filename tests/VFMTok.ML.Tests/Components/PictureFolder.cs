using Microsoft.ML;

namespace VFMTok.ML.Tests.Components;

/// <summary>A folder of pictures and the rows that name them; labels go round cat, dog, owl.</summary>
internal sealed class PictureFolder : IDisposable
{
    private static readonly string[] Labels = ["cat", "dog", "owl"];

    private readonly int _count;

    public PictureFolder(int count)
    {
        _count = count;
        for (var i = 0; i < count; i++)
        {
            using var picture = TestModels.Picture(i);
            picture.Save(PathOf(i));
        }
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("vfmtok").FullName;

    public string PathOf(int index) => Path.Combine(Folder, $"{index}.png");

    public IDataView Rows(MLContext ml) => ml.Data.LoadFromEnumerable(Enumerable.Range(0, _count).Select(i => new PictureRow { Path = PathOf(i), Label = Labels[i % 3] }).ToArray());

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

public sealed class PictureRow
{
    public string Path { get; set; } = "";

    public string Label { get; set; } = "";
}
