namespace VFMTok.Pretrained;

/// <summary>What <see cref="WeightImport"/> brings into the library's form. Each file may be PyTorch's (<c>.pt</c>, <c>.pth</c>) or safetensors; its bytes tell, not its name.</summary>
public sealed class WeightImportOptions
{
    /// <summary>A DINOv2 model: S, B, L or g, with or without registers.</summary>
    /// <value>Default null.</value>
    public string? Foundation { get; set; }
    /// <summary>A VFMTok tokenizer. Official files lack the foundation model, which then must be given too.</summary>
    /// <value>Default null.</value>
    public string? Tokenizer { get; set; }
    /// <summary>A class-conditional generator: GPT or RAR. Its tokenizer must be given too, or <see cref="TokenizerHash"/>.</summary>
    /// <value>Default null.</value>
    public string? Generator { get; set; }
    /// <summary>LPIPS: one file with all of it, or VGG-16 as torchvision has it and the linear heads (<c>vgg.pth</c>).</summary>
    /// <value>Default none.</value>
    public IReadOnlyList<string> PerceptualLoss { get; set; } = [];
    /// <summary>DINO ViT-S/16 (version 1), the trunk of the paper's discriminator.</summary>
    /// <value>Default null.</value>
    public string? Dino { get; set; }
    /// <summary>Inception-v3 with the weights of the original Frechet inception distance, as its PyTorch port has them.</summary>
    /// <value>Default null.</value>
    public string? Inception { get; set; }
    /// <summary>Names of the generator's classes, by index.</summary>
    /// <value>Default null: <c>0</c>, <c>1</c>, and so on; the official generators count ImageNet's classes. No name twice: of ImageNet's short ones, "crane" and "maillot" stand for two classes each.</value>
    public IReadOnlyList<string>? ClassNames { get; set; }
    /// <summary>Hash of the tokenizer that a generator belongs to, if that is not imported with it.</summary>
    /// <value>Default null.</value>
    public string? TokenizerHash { get; set; }
    /// <summary>Side of the square images that the foundation model sees on its own, pixels; in a tokenizer, the tokenizer's counts.</summary>
    /// <value>Default 224, as in DINOv2's linear evaluation; a multiple of the patch size.</value>
    public int FoundationImageSize { get; set; } = 224;
    /// <summary>SHA-256 that files must have, hexadecimal, by path as given in the other options.</summary>
    /// <value>Default none.</value>
    public IReadOnlyDictionary<string, string> Sha256 { get; set; } = new Dictionary<string, string>();
    /// <summary>Whether weights with NaN or infinite numbers are taken over. A model with them cannot be loaded; it can be looked at.</summary>
    /// <value>Default false.</value>
    public bool AllowNonFinite { get; set; }

    /// <summary>Whether a foundation model that is written into the tokenizer's file is written alone too.</summary>
    internal bool IsFoundationWritten { get; set; } = true;

    internal IEnumerable<string> Files => new[] { Foundation, Tokenizer, Generator, Dino, Inception }.OfType<string>().Concat(PerceptualLoss);

    /// <summary>Checks what can be checked without the files.</summary>
    /// <exception cref="ArgumentException">Something does not fit; the message says what.</exception>
    public void Validate()
    {
        if (!Files.Any()) throw new ArgumentException("There is nothing to import; give Foundation, Tokenizer, Generator, PerceptualLoss, Dino or Inception.");
        if (PerceptualLoss.Count > 2) throw new ArgumentException($"PerceptualLoss has {PerceptualLoss.Count} files; allowed are one with all of it, or VGG-16 and the linear heads.");
        if (Generator is not null && Tokenizer is null && TokenizerHash is null) throw new ArgumentException("A generator without its tokenizer means nothing; give Tokenizer, or TokenizerHash if it has been imported before.");
        if (FoundationImageSize is < 1 or > 8192) throw new ArgumentException($"FoundationImageSize {FoundationImageSize} must lie in 1 to 8192.");
        if (ClassNames?.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } twice) throw new ArgumentException($"ClassNames holds '{twice.Key}' {twice.Count()} times; give each class a name of its own.");
        foreach (var (path, hash) in Sha256)
        {
            if (!Files.Contains(path)) throw new ArgumentException($"Sha256 names '{path}', which is not imported; use the paths of the other options.");
            if (hash.Length != 64 || !hash.All(char.IsAsciiHexDigit)) throw new ArgumentException($"The SHA-256 of '{path}' is '{hash}'; it must have 64 hexadecimal digits.");
        }
    }
}
