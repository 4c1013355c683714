using System.Text;
using VFMTok.Numpy;
using VFMTok.Tests.Shared;

namespace VFMTok.Tests.Numpy;

public class NpyLiteralTests
{
    [Theory]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }   \n", false, new long[] { 2, 3 })]
    [InlineData("{'shape':(2,3),'descr':\"<f8\",'fortran_order':True}", true, new long[] { 2, 3 })]
    [InlineData(" {\n\"fortran_order\" : False ,\t'shape' : ( ) , \"descr\" : '<f8' }", false, new long[0])]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }", false, new long[] { 3 })]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4,)}", false, new long[] { 3, 4 })]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (3L, 0L)}", false, new long[] { 3, 0 })]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775807,)}", false, new[] { long.MaxValue })]
    public void A_header_is_read_as_python_reads_it(string text, bool fortran, long[] shape)
    {
        var read = Read(text);
        Assert.Equal(("<f8", fortran), (read.Type, read.FortranOrder));
        Assert.Equal(shape, read.Shape);
    }

    [Theory]
    [InlineData("", "lacks a '{'")]
    [InlineData("   ", "lacks a '{'")]
    [InlineData("{", "no dict of texts")]
    [InlineData("{}", "lacks 'descr'")]
    [InlineData("{,}", "no dict of texts")]
    [InlineData("{'descr'", "lacks a ':'")]
    [InlineData("{'descr", "text without an end")]
    [InlineData("{'descr\": 8}", "text without an end")]
    [InlineData("{'de\\x73cr': '<f8'}", "text that is not plain")]
    [InlineData("{'descr': '<f8\n'}", "text that is not plain")]
    [InlineData("{'descr': '<f8é'}", "text that is not plain")]
    [InlineData("{'descr': u'<f8'}", "no dict of texts")]
    [InlineData("{'descr': [('a', '<f4')]}", "elements of several fields")]
    [InlineData("{'descr': '<f8', 'descr': '<f4'}", "states 'descr' twice")]
    [InlineData("{'descr': '<f8', 'order': True}", "unknown key 'order'")]
    [InlineData("{'descr': '<f8' 'fortran_order': True}", "lacks a '}'")]
    [InlineData("{'descr': '<f8', , 'fortran_order': True}", "no dict of texts")]
    [InlineData("{'descr': '<f8', 'shape': ()}", "lacks 'fortran_order'")]
    [InlineData("{'descr': '<f8', 'fortran_order': False}", "lacks 'shape'")]
    [InlineData("{'fortran_order': 0", "neither True nor False")]
    [InlineData("{'fortran_order': true", "neither True nor False")]
    [InlineData("{'shape': 3", "lacks a '('")]
    [InlineData("{'shape': (3)", "a number in place of a shape")]
    [InlineData("{'shape': (,)", "no tuple of whole numbers")]
    [InlineData("{'shape': (3,,)", "no tuple of whole numbers")]
    [InlineData("{'shape': (3 4)", "lacks a ')'")]
    [InlineData("{'shape': (03,)", "no tuple of whole numbers")]
    [InlineData("{'shape': (1e3,)", "lacks a ')'")]
    [InlineData("{'shape': (1.5,)", "lacks a ')'")]
    [InlineData("{'shape': (1_0,)", "lacks a ')'")]
    [InlineData("{'shape': (None,)", "no tuple of whole numbers")]
    [InlineData("{'shape': (-1,)", "a negative size")]
    [InlineData("{'shape': (9223372036854775808,)", "beyond 64 bits")]
    [InlineData("{'shape': (((((((((", "no tuple of whole numbers")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': ()}}", "goes on after its dict")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': ()}\0", "goes on after its dict")]
    public void Anything_else_is_refused(string text, string fault) => Refusal.Of<InvalidNumpyFileException>(NumpyFixtures.Name, fault, () => Read(text));

    [Theory]
    [InlineData("((", "")]
    [InlineData("{'shape': ", "")]
    [InlineData("", "1, ")]
    [InlineData("", "[")]
    [InlineData("", "9")]
    public void Nesting_and_length_cost_nothing(string before, string shape)
    {
        var text = string.Concat(Enumerable.Repeat(before, 100_000)) + "{'shape': (" + string.Concat(Enumerable.Repeat(shape, 1_000_000));
        Refusal.Of<InvalidNumpyFileException>(NumpyFixtures.Name, "header", () => Read(text));
    }

    private static (string Type, bool FortranOrder, long[] Shape) Read(string text) => new NpyLiteral(Encoding.Latin1.GetBytes(text), new NpySource(NumpyFixtures.Name)).Read();
}
