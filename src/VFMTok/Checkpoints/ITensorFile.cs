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

    /// <summary>Reads one tensor into memory that is there already, if the file can.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="target">A tensor of its shape.</param>
    /// <returns>False, and nothing has been done, where the types differ or the memory is no contiguous one of the CPU.</returns>
    /// <exception cref="InvalidCheckpointException">There is no such tensor, or its data are damaged.</exception>
    bool TryRead(string name, Tensor target) => false;
}
