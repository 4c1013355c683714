using VFMTok.Imaging;

namespace VFMTok.Evaluation.Reporting;

/// <summary>A chart of a report.</summary>
/// <param name="Caption">What it shows.</param>
/// <param name="Note">The figure beside the caption, or empty.</param>
/// <param name="Svg">The chart.</param>
/// <param name="IsWide">Whether it takes the whole width.</param>
internal sealed record ReportChart(string Caption, string Note, string Svg, bool IsWide = false);

/// <summary>A picture of a report.</summary>
/// <param name="Caption">What it shows.</param>
/// <param name="Note">Words beside the caption, or empty.</param>
/// <param name="Image">The picture.</param>
internal sealed record ReportPicture(string Caption, string Note, RgbImage Image);

/// <summary>A heading with charts and pictures below.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Text">A sentence below it.</param>
internal sealed record ReportSection(string Title, string Text)
{
    /// <summary>Charts, before the pictures.</summary>
    public IReadOnlyList<ReportChart> Charts { get; init; } = [];

    /// <summary>Pictures.</summary>
    public IReadOnlyList<ReportPicture> Pictures { get; init; } = [];

    /// <summary>Whether pictures are so small that several stand in a row.</summary>
    public bool HasSmallPictures { get; init; }
}
