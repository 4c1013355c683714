using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace VFMTok.ML.Models;

/// <summary>Input columns that hold images: images themselves, or texts with the paths of image files.</summary>
internal static class ImageColumn
{
    public const string Allowed = "Image, or Text with the paths of image files";

    public static bool Fits(DataViewType type) => type is ImageDataViewType or TextDataViewType;

    public static bool Fits(SchemaShape.Column column) => column.Kind == SchemaShape.Column.VectorKind.Scalar && Fits(column.ItemType);

    public static DataViewSchema.Column Find(DataViewSchema schema, string name) => Columns.Find(schema, name, Allowed, Fits);
}
