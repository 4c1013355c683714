using static TorchSharp.torch;

namespace VFMTok.Checkpoints;

/// <summary>A file of named tensors, or a part of one. Nothing is read but what is asked for.</summary>
internal interface ITensorFile
{
    /// <summary>What errors call it.</summary>
    string FileName { get; }

    /// <summary>Names of the tensors.</summary>
    IEnumerable<string> Names { get; }

    /// <summary>Whether there is such a tensor.</summary>
    bool Contains(string name);

    /// <summary>Shape of one tensor, C order.</summary>
    IReadOnlyList<long> ShapeOf(string name);

    /// <summary>Element type of one tensor.</summary>
    ScalarType TypeOf(string name);

    /// <summary>Reads one tensor to the CPU, in its stored type and shape, contiguous.</summary>
    /// <exception cref="InvalidCheckpointException">There is no such tensor, or its data are damaged.</exception>
    Tensor Read(string name);
}
