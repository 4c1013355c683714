namespace VFMTok.Imaging;

/// <summary>Five by seven dots a letter: labels that look the same on machines without fonts. Letters are drawn as capitals.</summary>
internal static class PixelFont
{
    public const int Height = 7, Advance = 6;

    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";

    // Seven rows of five dots per letter, top row first, leftmost dot in bit 4.
    private static readonly byte[] Rows = Convert.FromHexString(
        "0E11111F111111" + "1E11111E11111E" + "0E11101010110E" + "1E11111111111E" + "1F10101E10101F" + "1F10101E101010" + "0E11101711110F" +
        "1111111F111111" + "0E04040404040E" + "0702020202120C" + "11121418141211" + "1010101010101F" + "111B1515111111" + "11191513111111" +
        "0E11111111110E" + "1E11111E101010" + "0E11111115120D" + "1E11111E141211" + "0F10100E01011E" + "1F040404040404" + "1111111111110E" +
        "11111111110A04" + "11111115151B11" + "11110A040A1111" + "11110A04040404" + "1F01020408101F" +
        "0E11131519110E" + "040C040404040E" + "0E11010608101F" + "1E01010E01011E" + "02060A121F0202" + "1F101E0101110E" + "0608101E11110E" +
        "1F010204080808" + "0E11110E11110E" + "0E11110F01020C" + "0000001F000000" + "00000000000C0C" + "0000000000001F");

    /// <summary>Draws dark text into RGB pixels; unknown characters stay blank.</summary>
    public static void Draw(byte[] pixels, int width, string text, int left, int top, int scale)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var letter = Letters.IndexOf(char.ToUpperInvariant(text[i]));
            if (letter < 0) continue;
            for (var y = 0; y < Height * scale; y++)
                for (var x = 0; x < 5 * scale; x++)
                {
                    if ((Rows[letter * Height + y / scale] >> (4 - x / scale) & 1) == 0) continue;
                    var at = ((top + y) * width + left + i * Advance * scale + x) * 3;
                    if (at >= 0 && at + 3 <= pixels.Length) pixels.AsSpan(at, 3).Fill(40);
                }
        }
    }
}
