using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Imaging;

namespace VFMTok.ML.Models;

/// <summary>Images of a batch of rows as square RGB bytes. Files are decoded before the network runs, on several threads at once.</summary>
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

    /// <summary>Whether the column holds paths, so that files must be decoded before the network runs.</summary>
    public bool AreFiles => _getPath is not null;

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
        if (_handedBack is null) _rgb.AsSpan(slot * Bytes, Bytes).Clear();
        else Crops.CenterCrop(OpaqueImage.From(_handedBack), _size).Pixels.CopyTo(_rgb.AsSpan(slot * Bytes, Bytes));
    }

    /// <summary>Decodes the file of a row; images were taken in when they were read.</summary>
    /// <exception cref="InvalidImageException">It is no sound image.</exception>
    public void Decode(int slot)
    {
        var target = _rgb.AsSpan(slot * Bytes, Bytes);
        if (_missing[slot]) target.Clear();
        else Crops.CenterCrop(ImageDecoder.Decode(_paths[slot]!), _size).Pixels.CopyTo(target);
    }

    /// <summary>Pixels of the first rows; black where the image is missing.</summary>
    public ReadOnlySpan<byte> Pixels(int count) => _rgb.AsSpan(0, count * Bytes);
}
