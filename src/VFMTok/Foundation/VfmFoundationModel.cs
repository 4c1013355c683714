namespace VFMTok.Foundation;

/// <summary>placeholder</summary>
public sealed class VfmFoundationModel { /// <summary>t</summary>
    public static int Tiny => 0; }
