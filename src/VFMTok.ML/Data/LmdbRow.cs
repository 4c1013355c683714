using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Imaging.Lmdb;
using VFMTok.ML.Batching;
using VFMTok.ML.Models;

namespace VFMTok.ML;

/// <summary>A row of an LMDB image set. ML.NET reads only the members whose columns are asked for: the sample is read then, at most once, and its image decoded.</summary>
internal sealed class LmdbRow(LmdbImageSet set, int index)
{
    private LmdbSample? _sample;

    public string Path => set.AddressOf(index);

    public MLImage Image => Decode(); // a new one each time: who reads it owns it

    public int Label => Sample.Label;

    private LmdbSample Sample => _sample ??= set.Read(index);

    /// <summary>The rows of a set, in the order of their keys.</summary>
    public static IDataView Load(DataOperationsCatalog catalog, string path)
    {
        var set = new LmdbImageSet(path); // open as long as the view is in use; its handle closes itself
        var images = ImageTypes.AnySize; // known to ML.NET from here on
        var schema = SchemaDefinition.Create(typeof(LmdbRow), SchemaDefinition.Direction.Read);
        schema[nameof(Image)].ColumnType = images;
        return catalog.LoadFromEnumerable(Enumerable.Range(0, set.Count).Select(i => new LmdbRow(set, i)), schema);
    }

    private MLImage Decode()
    {
        var image = Sample.Decode();
        return OwnedImage.FromRgb(image.Width, image.Height, image.Pixels);
    }
}
