using VFMTok.Pickle;

namespace VFMTok.Imaging.Lmdb;

/// <summary>A sample of an image set: the pickle of {'image': encoded bytes, 'label': int}.</summary>
/// <param name="Name">What errors call it.</param>
/// <param name="Image">An image file's bytes.</param>
/// <param name="Label">Class.</param>
internal sealed record LmdbSample(string Name, byte[] Image, int Label)
{
    private const string ImageKey = "image", LabelKey = "label";

    /// <exception cref="InvalidImageException">It is anything else.</exception>
    public static LmdbSample Parse(byte[] pickle, string name)
    {
        var rules = new LmdbPickleRules(name);
        if (new PickleMachine(pickle, rules).Read() is not OrderedDictionary<object, object?> fields) throw rules.Bad("it holds no dict");
        if (!fields.TryGetValue(ImageKey, out var image) || !fields.TryGetValue(LabelKey, out var label))
            throw rules.Bad($"its keys are {(fields.Count == 0 ? "none" : string.Join(", ", fields.Keys.Take(5).Select(key => PickleRules.Short($"{key}"))))}");
        if (image is not byte[] bytes) throw rules.Bad($"'{ImageKey}' is no bytes");
        if (label is not long number) throw rules.Bad($"'{LabelKey}' is no int");
        if (number is < int.MinValue or > int.MaxValue) throw rules.Bad($"'{LabelKey}' is {number}, which 32 bits do not hold");
        return new LmdbSample(name, bytes, (int)number);
    }

    /// <summary>Decodes the image.</summary>
    /// <exception cref="InvalidImageException">It is none.</exception>
    public RgbImage Decode(ImageDecodingOptions? options = null) => ImageDecoder.Decode(Image, Name, options);
}
