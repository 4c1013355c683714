using Microsoft.ML;
using Microsoft.ML.Data;

namespace VFMTok.ML.Models;

/// <summary>Tokens columns: vectors of keys or UInt32 that carry the hash of their tokenizer.</summary>
internal static class TokensColumn
{
    public const string Allowed = "a vector of Key<UInt32> or of UInt32, as VfmTokenize makes";

    /// <param name="name">Name.</param>
    /// <param name="type">Type of its values.</param>
    /// <param name="grid">Side of the token grid.</param>
    /// <param name="codebookSize">Codes.</param>
    /// <param name="tokenizerHash">Goes into the annotation.</param>
    /// <param name="imageColumn">Goes into another one, if the tokens are those of images.</param>
    public static DataViewSchema.DetachedColumn Make(string name, VfmTokenType type, int grid, int codebookSize, string tokenizerHash, string? imageColumn = null)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(VfmAnnotations.TokenizerHash, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = tokenizerHash.AsMemory());
        if (imageColumn is not null) annotations.Add(VfmAnnotations.ImageColumn, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = imageColumn.AsMemory());
        PrimitiveDataViewType item = type == VfmTokenType.Key ? new KeyDataViewType(typeof(uint), codebookSize) : NumberDataViewType.UInt32;
        return new DataViewSchema.DetachedColumn(name, new VectorDataViewType(item, grid, grid), annotations.ToAnnotations());
    }

    public static bool Fits(DataViewType type) => type is VectorDataViewType { ItemType: var item } && item.RawType == typeof(uint);

    public static bool Fits(SchemaShape.Column column) => column.Kind != SchemaShape.Column.VectorKind.Scalar && column.ItemType.RawType == typeof(uint);

    public static bool IsKey(DataViewSchema.Column column) => ((VectorDataViewType)column.Type).ItemType is KeyDataViewType;

    /// <summary>Hash of the tokenizer, or null if the column has no annotation (a hand-made column, say).</summary>
    public static string? Hash(DataViewSchema.Column column) => Text(column, VfmAnnotations.TokenizerHash);

    /// <summary>The column of images that the tokens were made from, if it is still there.</summary>
    public static DataViewSchema.Column? Images(DataViewSchema schema, DataViewSchema.Column column) =>
        Text(column, VfmAnnotations.ImageColumn) is { } name && schema.GetColumnOrNull(name) is { } images && ImageColumn.Fits(images.Type) ? images : null;

    /// <summary>The hash, where one is needed.</summary>
    public static string RequireHash(DataViewSchema.Column column) => Hash(column)
        ?? throw new ArgumentException($"Column '{column.Name}' does not say which tokenizer made it (annotation '{VfmAnnotations.TokenizerHash}'); use the output of VfmTokenize or name the tokenizer.");

    /// <summary>Refuses tokens of another tokenizer.</summary>
    public static void RequireTokenizer(DataViewSchema.Column column, string tokenizerHash)
    {
        if (Hash(column) is { } found && found != tokenizerHash)
            throw new ArgumentException($"The tokens in column '{column.Name}' were made by tokenizer {found} but tokenizer {tokenizerHash} is to read them; use one tokenizer for both.");
    }

    private static string? Text(DataViewSchema.Column column, string annotation)
    {
        if (column.Annotations.Schema.GetColumnOrNull(annotation) is not { Type: TextDataViewType }) return null;
        ReadOnlyMemory<char> value = default;
        column.Annotations.GetValue(annotation, ref value);
        return value.Length == 0 ? null : value.ToString();
    }
}
