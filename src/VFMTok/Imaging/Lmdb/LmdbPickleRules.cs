using VFMTok.Pickle;

namespace VFMTok.Imaging.Lmdb;

/// <summary>Samples are plain data: no names but those of bytes, nothing outside of the pickle.</summary>
/// <param name="name">What errors call the sample.</param>
internal sealed class LmdbPickleRules(string name) : PickleRules
{
    public override int MostValues => 10_000;

    public override InvalidImageException Bad(string fault) => new($"'{name}' is no pickle of {{'image': bytes, 'label': int}}: {fault}; make the sample again.");
}
