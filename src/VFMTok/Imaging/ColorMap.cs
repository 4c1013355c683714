namespace VFMTok.Imaging;

/// <summary>A colour, opaque.</summary>
internal readonly record struct Rgb(byte R, byte G, byte B)
{
    /// <summary>This colour with a share of another one, channel by channel.</summary>
    public Rgb Mixed(Rgb other, double share) => new(Mix(R, other.R, share), Mix(G, other.G, share), Mix(B, other.B, share));

    private static byte Mix(byte a, byte b, double share) => (byte)Math.Round(a + (b - a) * share);
}

/// <summary>Numbers as colours.</summary>
internal static class ColorMap
{
    // Viridis at 0, 1/8, .. 1: equal steps look equal, also in grey and to most colour-blind eyes.
    private static readonly Rgb[] Stops =
        [new(68, 1, 84), new(71, 44, 122), new(59, 81, 139), new(44, 113, 142), new(33, 144, 141), new(39, 173, 129), new(92, 200, 99), new(170, 220, 50), new(253, 231, 37)];

    // Okabe and Ito's colours that stand out from a dark ground.
    private static readonly Rgb[] Distinct = [new(86, 180, 233), new(230, 159, 0), new(204, 121, 167), new(0, 190, 130), new(240, 228, 66), new(240, 110, 40), new(190, 190, 190)];

    /// <summary>Viridis: 0 is dark violet, 1 is yellow. Values beyond are taken as the ends.</summary>
    public static Rgb Viridis(double value)
    {
        var place = Math.Clamp(value, 0, 1) * (Stops.Length - 1);
        var stop = Math.Min((int)place, Stops.Length - 2);
        return Stops[stop].Mixed(Stops[stop + 1], place - stop);
    }

    /// <summary>The colour of one of several kinds: easily told apart while they are few, in order from dark to bright when they are many.</summary>
    public static Rgb Kind(int index, int count) => count <= Distinct.Length ? Distinct[index] : Viridis(0.2 + 0.8 * index / (count - 1));
}
