using Microsoft.ML.Data;
using VFMTok.Runtime;

namespace VFMTok.ML;

/// <summary>The seed of each picture of a run that has one seed: the same for <c>VfmGenerateTokens</c>, <c>VfmClassToImage</c> and the tool.</summary>
/// <remarks>It follows from the run's seed and the row's id, whatever the order of the rows, so picture i of <c>vfmtok generate --seed s</c> is that of row i of a view under
/// <see cref="VfmGenerateOptions.Seed"/> = s. Give it to <see cref="Generation.VfmGeneratorModel.Generate"/> to draw the picture again.</remarks>
public static class VfmPictureSeeds
{
    /// <summary>Seed of the picture of a row.</summary>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="id">The row's id.</param>
    public static long Of(long seed, DataViewRowId id) => RowSeeds.Combine(RowSeeds.Combine(seed, (long)id.Low), (long)id.High);

    /// <summary>Seed of the picture of a row of a view whose rows are numbered, as those of ML.NET's loaders are.</summary>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="row">The row's number, from 0.</param>
    public static long Of(long seed, long row) => Of(seed, new DataViewRowId((ulong)row, 0));
}
