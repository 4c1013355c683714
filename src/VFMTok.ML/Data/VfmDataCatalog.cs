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

    /// <summary>The images of an LMDB file as ImageNet is usually packed (keys <c>num_samples</c>, <c>0</c>, <c>1</c>, ...; samples are pickles of <c>{'image': bytes, 'label': int}</c>), in the
    /// order of their keys. Columns: <c>Path</c> (Text), an address like <c>lmdb:folder#17</c> that the VFMTok estimators read where they read paths; <c>Image</c> (image), decoded when it is
    /// asked for; <c>Label</c> (Int32).</summary>
    /// <remarks>Train on <c>Path</c>: then images are decoded when a step needs them, while training on <c>Image</c> holds all of them in memory. Nothing may write to the file meanwhile.</remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="path">The file, or the folder that holds it under the name data.mdb. Written by LMDB 0.9 or 1.0 on a 64-bit system, of any size.</param>
    /// <exception cref="InvalidImageException">It is no such file; or, when a row is read, its sample is broken.</exception>
    public static IDataView LoadFromVfmLmdb(this DataOperationsCatalog catalog, string path) => LmdbRow.Load(catalog, path);

    private sealed class ImageRow
    {
        public string Path { get; set; } = "";

        public string Label { get; set; } = "";
    }
}
