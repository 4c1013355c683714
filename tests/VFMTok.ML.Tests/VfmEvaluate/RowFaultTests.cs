namespace VFMTok.ML.Tests.VfmEvaluate;

public class RowFaultTests
{
    [Fact]
    public void The_row_is_named_and_the_parameter_is_not()
    {
        Assert.Equal(7, RowFault.Name(1, () => 7));
        Assert.Equal("Row 3: Too small.", Fault(() => throw new ArgumentException("Too small.", "image")));
        Assert.Equal("Row 3: Too small.", Fault(() => throw new ArgumentOutOfRangeException("image", 5, "Too small.")));
        Assert.Equal("Row 3: Too small.", Fault(() => throw new ArgumentException("Too small.")));

        static string Fault(Action work) => Assert.Throws<ArgumentException>(() => RowFault.Name(3, work)).Message;
    }
}
