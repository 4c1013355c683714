using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using VFMTok.ML;
using VFMTok.ML.Models;
using VFMTok.Runtime;

// Model.Load loads the assembly that the zip names and looks for exactly these attributes: users register nothing.
[assembly: LoadableClass("VFMTok tokenize", typeof(VfmTokenizeTransformer), typeof(VfmTokenizeTransformer), null, typeof(SignatureLoadModel), "VFMTok tokenize", VfmTokenizeTransformer.Signature)]
[assembly: LoadableClass("VFMTok detokenize", typeof(VfmDetokenizeTransformer), typeof(VfmDetokenizeTransformer), null, typeof(SignatureLoadModel), "VFMTok detokenize", VfmDetokenizeTransformer.Signature)]
[assembly: LoadableClass("VFMTok generate tokens", typeof(VfmGenerateTokensTransformer), typeof(VfmGenerateTokensTransformer), null, typeof(SignatureLoadModel), "VFMTok generate tokens", VfmGenerateTokensTransformer.Signature)]
[assembly: LoadableClass("VFMTok class to image", typeof(VfmClassToImageTransformer), typeof(VfmClassToImageTransformer), null, typeof(SignatureLoadModel), "VFMTok class to image", VfmClassToImageTransformer.Signature)]
[assembly: LoadableClass("VFMTok featurize", typeof(VfmFeaturizeTransformer), typeof(VfmFeaturizeTransformer), null, typeof(SignatureLoadModel), "VFMTok featurize", VfmFeaturizeTransformer.Signature)]

namespace VFMTok.ML.Interop;

/// <summary>Everything of ML.NET that is not public and that a component needs: environment, device, schema shapes, model files.</summary>
/// <remarks>The members used have had the same signatures since ML.NET 1.0 (the device settings since 3.0).</remarks>
internal static class MlNet
{
    private const string Folder = "VfmTok";
    private const uint FirstVersion = 0x00010001, FormatVersion = PrecisionVersion;

    /// <summary>The first format of the zip's entries that states <c>SamplingOptions.GuidancePower</c> and <c>VfmGenerateOptions.UnknownLabels</c>.</summary>
    internal const uint GuidancePowerVersion = 0x00010002;

    /// <summary>The first format that states precisions.</summary>
    internal const uint PrecisionVersion = 0x00010003;

    private static readonly ConditionalWeakTable<RepositoryWriter, HashSet<string>> Written = new();
    private static readonly ConditionalWeakTable<RepositoryReader, Dictionary<string, SharedModel>> Loaded = new();

    public static IHostEnvironment Environment(TransformsCatalog catalog) => ((IInternalCatalog)catalog).Environment;

    public static IHostEnvironment Environment(DataOperationsCatalog catalog) => ((IInternalCatalog)catalog).Environment;

    /// <summary>The device that <c>MLContext.GpuDeviceId</c> and <c>FallbackToCpu</c> ask for.</summary>
    public static ComputeDevice Device(IHostEnvironment env) =>
        env is IHostEnvironmentInternal settings ? ComputeDevice.Select(settings.GpuDeviceId, settings.FallbackToCpu) : ComputeDevice.Cpu;

    /// <summary>Starts a transformer's entry in a model zip.</summary>
    /// <param name="context">The entry.</param>
    /// <param name="id">Eight characters.</param>
    /// <param name="signature">At most 24 characters; the one in the LoadableClass attribute.</param>
    /// <returns>Writer of the transformer's own settings.</returns>
    public static BinaryWriter BeginSave(ModelSaveContext context, string id, string signature)
    {
        context.CheckAtModel();
        context.SetVersionInfo(Version(id, signature));
        return context.Writer;
    }

    /// <summary>Opens a transformer's entry in a model zip.</summary>
    public static BinaryReader BeginLoad(ModelLoadContext context, string id, string signature)
    {
        context.CheckAtModel(Version(id, signature));
        return context.Reader;
    }

    /// <summary>Writes a network once for the whole zip, however many transformers of the chain share it, and its hash into the transformer's entry.</summary>
    public static void SaveShared(ModelSaveContext context, SharedModel model)
    {
        context.Writer.Write(model.Hash);
        if (!Written.GetValue(context.Repository, _ => []).Add(model.Hash)) return;
        using var entry = context.Repository.CreateEntry(Folder, model.Hash);
        model.Save(entry.Stream); // a file in TempFilePath, copied into the zip when the next entry is made: never whole in memory
    }

    /// <summary>Reads the network whose hash comes next in the transformer's entry; transformers of one zip share it.</summary>
    /// <returns>Holds the loader's reference: dispose it once the transformer has taken its own. Disposing a shared one again does nothing.</returns>
    /// <exception cref="InvalidDataException">What stands there is no hash, or the network is another one or of another kind.</exception>
    public static T LoadShared<T>(ModelLoadContext context, Func<Stream, string, T> read) where T : SharedModel
    {
        var hash = context.Reader.ReadHash(); // it becomes a path: digits only
        var name = $"{Folder}/{hash}";
        var models = Loaded.GetValue(context.Repository, _ => []);
        if (models.TryGetValue(hash, out var known))
            return known as T ?? throw new InvalidDataException($"'{name}' is a {known.GetType().Name} where a step needs a {typeof(T).Name}; save the model again.");
        using var entry = context.Repository.OpenEntryOrNull(Folder, hash) ?? throw new InvalidDataException($"The zip has no network '{name}'; copy or save it again.");
        var model = read(entry.Stream, name); // a file, so seekable
        if (model.Hash != hash) // its own statement is checked by the reader, and may be missing
        {
            model.Dispose();
            throw new InvalidDataException($"'{name}' holds the network {model.Hash} where {hash} belongs; use the original file.");
        }
        models[hash] = model;
        return model;
    }

    /// <summary>A column as estimators see it before there are data.</summary>
    public static SchemaShape.Column ShapeOf(DataViewSchema.DetachedColumn column)
    {
        var (kind, item) = column.Type is VectorDataViewType vector
            ? (vector.IsKnownSize ? SchemaShape.Column.VectorKind.Vector : SchemaShape.Column.VectorKind.VariableVector, (DataViewType)vector.ItemType)
            : (SchemaShape.Column.VectorKind.Scalar, column.Type);
        var isKey = item is KeyDataViewType;
        var annotations = column.Annotations?.Schema.Select(a => ShapeOf(new DataViewSchema.DetachedColumn(a.Name, a.Type))).ToArray() ?? [];
        return new SchemaShape.Column(column.Name, kind, isKey ? NumberDataViewType.UInt32 : item, isKey, annotations.Length > 0 ? new SchemaShape(annotations) : null);
    }

    /// <summary>A tokens column whose size is known only after training.</summary>
    public static SchemaShape.Column TokensShape(string name, bool keys) =>
        new(name, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.UInt32, keys, new SchemaShape([new(VfmAnnotations.TokenizerHash, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance, false, null)]));

    /// <summary>A scalar or vector column without annotations.</summary>
    public static SchemaShape.Column Shape(string name, DataViewType item, bool vector) =>
        new(name, vector ? SchemaShape.Column.VectorKind.Vector : SchemaShape.Column.VectorKind.Scalar, item, false, null);

    // The simple assembly name, not the full one: a zip written by 1.2.0 must load where 1.1.0 or 2.0.0 is deployed.
    private static VersionInfo Version(string id, string signature) =>
        new(id, verWrittenCur: FormatVersion, verReadableCur: FormatVersion, verWeCanReadBack: FirstVersion,
            loaderAssemblyName: typeof(MlNet).Assembly.GetName().Name!, loaderSignature: signature);
}
