using VFMTok.Evaluation.Reporting;

namespace VFMTok.Tests.Evaluation.Reporting;

public sealed class EvaluationReportTests : IDisposable
{
    private readonly WorkFolder _work = new();

    public void Dispose() => _work.Dispose();

    private string Write(EvaluationResult[] results, params ReportSection[] sections)
    {
        EvaluationReport.Write(_work.Path("report.html"), "Generation: <model>", "9 samples.", results, sections);
        return File.ReadAllText(_work.Path("report.html"));
    }

    [Fact]
    public void One_setting_has_cards_its_protocol_and_its_cautions()
    {
        var page = Write([EvaluationResultTests.One("samples", 3.456, null, "Beware of <this>.")]);
        Assert.Contains("<h1>Generation: &lt;model&gt;</h1>", page);
        Assert.Contains("<div><b>3.46</b><span>FD-Tiny</span></div><div><b>0.500</b><span>precision</span></div>", page);
        Assert.Contains("<li>Beware of &lt;this&gt;.</li>", page);
        Assert.Contains("<tr><td class=\"m\">task</td><td>generation</td></tr>", page);
        Assert.Contains("<tr><td class=\"m\">judged</td><td>samples of &lt;model&gt;</td></tr>", page);
        Assert.Contains("<tr><td class=\"m\">hash of the images</td><td>00ff7</td></tr>", page);
        Assert.DoesNotContain("Read this", Write([EvaluationResultTests.One("samples", 3)]));
    }

    [Fact]
    public void Several_settings_share_a_table_and_what_is_common()
    {
        var page = Write([EvaluationResultTests.One("guidance 1", 4, 1, "Few."), EvaluationResultTests.One("guidance 2", 3, 2, "Few.")]);
        Assert.Contains("<tr><td>guidance 1</td><td class=\"n\">4.00</td><td class=\"n\"><b>0.500</b></td></tr>", page);
        Assert.Contains("<tr><td>guidance 2</td><td class=\"n\"><b>3.00</b></td>", page);
        Assert.Equal(2, page.Split("<li>Few.</li>").Length);
        Assert.Equal(2, page.Split("<td class=\"m\">images</td>").Length);
        Assert.Equal(3, page.Split("<td class=\"m\">guidance scale</td>").Length);
    }

    [Fact]
    public void Charts_and_pictures_are_inside()
    {
        var picture = new ReportPicture("a & b", "20.1 dB", DrawnImages.One(8, 8, 1));
        var page = Write([EvaluationResultTests.One("samples", 3)],
            new ReportSection("Codebook", "Codes.") { Charts = [new("codes", "5 of 8", "<svg viewBox=\"0 0 1 1\"/>", IsWide: true)] },
            new ReportSection("Pairs", "By PSNR.") { Pictures = [picture], HasSmallPictures = true });
        Assert.Contains("<figure class=\"wide\"><figcaption>codes<span>5 of 8</span></figcaption><svg viewBox=\"0 0 1 1\"/></figure>", page);
        Assert.Contains("<div class=\"small\">\n<figure><figcaption>a &amp; b<span>20.1 dB</span></figcaption><img alt=\"a &amp; b\" src=\"data:image/png;base64,iVBORw0KGgo", page);
        Assert.DoesNotContain("<script", page);
        Assert.DoesNotContain("src=\"http", page);
    }
}
