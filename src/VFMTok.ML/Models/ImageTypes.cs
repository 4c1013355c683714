using System.Collections.Concurrent;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace VFMTok.ML.Models;

/// <summary>Image column types that members of a user's row class can be bound to.</summary>
internal static class ImageTypes
{
    private static readonly ConcurrentDictionary<int, Lazy<ImageDataViewType>> Squares = new();

    /// <summary>Images of any size.</summary>
    public static ImageDataViewType AnySize { get; } = new();

    static ImageTypes() => DataViewTypeManager.Register(AnySize, typeof(MLImage)); // plain MLImage members, as input

    /// <summary>Square images. ML.NET binds a member only to types that were registered ("Type 'MLImage' is not yet supported"), each size by itself.</summary>
    public static ImageDataViewType Square(int size) => Squares.GetOrAdd(size, s => new(() =>
    {
        new ImageTypeAttribute(s, s).Register();
        return new ImageDataViewType(s, s);
    })).Value;
}
