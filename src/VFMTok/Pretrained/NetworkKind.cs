namespace VFMTok.Pretrained;

/// <summary>What network a file's weights belong to.</summary>
public enum NetworkKind
{
    /// <summary>None that the library knows.</summary>
    Unknown,
    /// <summary>A DINOv2 vision transformer.</summary>
    Foundation,
    /// <summary>VFMTok's tokenizer, with or without the foundation model inside.</summary>
    Tokenizer,
    /// <summary>A class-conditional generator: LlamaGen's GPT or RAR.</summary>
    Generator,
    /// <summary>A text-conditional GPT.</summary>
    TextGenerator,
    /// <summary>LPIPS: VGG-16 and the linear heads.</summary>
    PerceptualLoss,
    /// <summary>The linear heads of LPIPS alone (<c>vgg.pth</c>).</summary>
    PerceptualHeads,
    /// <summary>VGG-16 as torchvision names it.</summary>
    Vgg16,
    /// <summary>DINO (version 1), the trunk of the discriminator.</summary>
    Dino,
    /// <summary>The heads of the DINO discriminator.</summary>
    DinoDiscriminator,
    /// <summary>Inception-v3 for the Frechet distance.</summary>
    Inception,
}
