namespace VFMTok.ML;

/// <summary>Type of the values in a tokens column.</summary>
public enum VfmTokenType
{
    /// <summary>Keys: stored value = token + 1, 0 = missing. ML.NET's own steps such as <c>MapKeyToVector</c> understand them.</summary>
    Key,

    /// <summary>Plain UInt32: the tokens themselves. A missing image is an error, because there is no value to stand for it.</summary>
    UInt32,
}
