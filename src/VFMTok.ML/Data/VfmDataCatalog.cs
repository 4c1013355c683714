using Microsoft.ML.Runtime;
using VFMTok.Imaging;
using VFMTok.ML;
using VFMTok.ML.Interop;

namespace Microsoft.ML;

/// <summary>Loaders of image sets on <see cref="DataOperationsCatalog"/>.</summary>
public static class VfmDataCatalog
{
    /// <summary>Lists the images of <c>folder/&lt;class&gt;/**</c>: columns <c>Path</c> and <c>Label</c> (the class folder's name), both Text, in the order of their paths.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="folder">Holds one folder per class; images that lie directly in it have the folder's own name as label.</param>
    /// <param name="options">Default: broken images are left out, with a warning that names each of them in <c>MLContext.Log</c>.</param>
    /// <exception cref="ArgumentException">There is no such folder, no image in it, or none that can be decoded.</exception>
    public static IDataView LoadFromVfmImageFolder(this DataOperationsCatalog catalog, string folder, VfmImageFolderOptions? options = null)
    {
        var images = ImageFolder.Find(folder);
        if (options?.VerifyImages ?? true)
        {
            using var channel = MlNet.Environment(catalog).Start("VfmImageFolder");
            images = ImageFolder.Check(images, line => channel.Warning(MessageSensitivity.None, "{0}", line));
        }
        return catalog.LoadFromEnumerable(images.Select(i => new ImageRow { Path = i.Path, Label = i.Label }));
    }

    private sealed class ImageRow
    {
        public string Path { get; set; } = "";

        public string Label { get; set; } = "";
    }
}
