using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Imaging;

namespace VFMTok.ML.Models;

/// <summary>Images of a batch of rows as square RGB bytes. Files are decoded together, on several threads, just before the network runs.</summary>
internal sealed class ImageRows
{
    private readonly int _size;
    private readonly byte[] _rgb;
    private readonly bool[] _missing;
    private readonly string?[] _paths;
    private readonly ValueGetter<MLImage>? _getImage;
    private readonly ValueGetter<ReadOnlyMemory<char>>? _getPath;
    private MLImage _handedBack = null!; // goes back at the next row, so that the step before can free or reuse it: ML.NET's convention

    public ImageRows(DataViewRow row, DataViewSchema.Column column, int size, int capacity)
    {
        (_size, _rgb, _missing, _paths) = (size, new byte[capacity * size * size * 3], new bool[capacity], new string?[capacity]);
        if (column.Type is TextDataViewType) _getPath = row.GetGetter<ReadOnlyMemory<char>>(column);
        else _getImage = row.GetGetter<MLImage>(column);
    }

    private int Bytes => _size * _size * 3;

    public bool Missing(int slot) => _missing[slot];

    public void Read(int slot)
    {
        if (_getPath is not null)
        {
            ReadOnlyMemory<char> path = default;
            _getPath(ref path);
            _missing[slot] = path.Length == 0;
            _paths[slot] = path.ToString();
            return;
        }
        _getImage!(ref _handedBack);
        _missing[slot] = _handedBack is null;
        if (_handedBack is not null) Crops.CenterCrop(OpaqueImage.From(_handedBack), _size).Pixels.CopyTo(_rgb.AsSpan(slot * Bytes, Bytes));
    }

    /// <summary>Pixels of the first rows; black where the image is missing.</summary>
    /// <exception cref="InvalidImageException">A file is no sound image.</exception>
    public ReadOnlySpan<byte> Pixels(int count)
    {
        try
        {
            Parallel.For(0, count, slot =>
            {
                var target = _rgb.AsSpan(slot * Bytes, Bytes);
                if (_missing[slot]) target.Clear();
                else if (_getPath is not null) Crops.CenterCrop(ImageDecoder.Decode(_paths[slot]!), _size).Pixels.CopyTo(target);
            });
        }
        catch (AggregateException e) when (e.InnerExceptions.Count > 0)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerExceptions[0]); // one broken file, one sentence
        }
        return _rgb.AsSpan(0, count * Bytes);
    }
}
