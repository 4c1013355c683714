namespace VFMTok.Training;

/// <summary>Which crops of an image are tokenized. A generator sees one of them by chance each time that it sees the image.</summary>
public enum CodeAugmentation
{
    /// <summary>The middle of the image alone.</summary>
    None,

    /// <summary>The middle and its mirror image: two variants.</summary>
    Flip,

    /// <summary>Corners and middle of a square 1.1 times as large, and the same of its mirror image: ten variants.</summary>
    TenCrop,

    /// <summary>The same, and again with a square 1.05 times as large: twenty variants.</summary>
    TenCrops,
}
