namespace VFMTok.ML;

/// <summary>What is drawn for a row whose label is missing or names a class that the generator does not know.</summary>
public enum VfmUnknownLabels
{
    /// <summary>Nothing: reading the row's output is an error that names the label.</summary>
    Error,
    /// <summary>A picture of no class in particular (<see cref="Generation.VfmGeneratorModel.Unconditional"/>).</summary>
    Unconditional,
}
