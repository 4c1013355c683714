namespace VFMTok.Generation;

/// <summary>Codes that have just been written: the one at <see cref="Position"/> of some of the images of a call of <see cref="VfmGeneratorModel.Generate"/>.</summary>
/// <remarks>Images are written in batches of at most 32: of each batch position 0, then 1, and so on; then comes the next batch.</remarks>
/// <param name="FirstImage">Index of the first image of the batch among the images of the call.</param>
/// <param name="Position">Place of the codes in their image, in raster order.</param>
/// <param name="Codes">One per image of the batch, each in [0, CodebookSize); the receiver may keep it.</param>
public sealed record GeneratedCodes(int FirstImage, int Position, ReadOnlyMemory<int> Codes);
