namespace VFMTok.ML;

/// <summary>How a folder of images is loaded.</summary>
public sealed class VfmImageFolderOptions
{
    /// <summary>Whether every image is decoded once when the folder is loaded, and broken ones are left out with a warning.</summary>
    /// <value>Default true. Without it a broken image is an error when its row is read.</value>
    public bool VerifyImages { get; set; } = true;
}
