using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace VFMTok.Tests.Shared;

/// <summary>A float32 tensor of a file to write; its numbers are made when they are written.</summary>
internal sealed record TorchFileTensor(long[] Shape, Func<float[]> Values)
{
    public long Count => Shape.Aggregate(1L, (product, d) => product * d);
}

/// <summary>An <c>argparse.Namespace</c> to write.</summary>
internal sealed record TorchFileNamespace(IReadOnlyList<(object Key, object? Value)> Fields);

/// <summary>Writes checkpoints as torch.save does, in both of its forms. A dict is a list of (object, object?), a list an array of objects; tensors are written one by one.</summary>
internal static class TorchFileWriter
{
    private const string Folder = "archive/";

    /// <summary>The form since PyTorch 1.6.</summary>
    public static void WriteZip(string path, object root)
    {
        var pickle = new Pickle();
        pickle.Whole(root);
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        void Entry(string name, Action<Stream> write)
        {
            using var stream = zip.CreateEntry(Folder + name, CompressionLevel.NoCompression).Open();
            write(stream);
        }
        Entry("data.pkl", s => s.Write(pickle.Bytes));
        Entry("byteorder", s => s.Write("little"u8));
        for (var i = 0; i < pickle.Tensors.Count; i++)
        {
            var tensor = pickle.Tensors[i];
            Entry($"data/{i}", s => s.Write(MemoryMarshal.AsBytes<float>(tensor.Values())));
        }
        Entry("version", s => s.Write("3\n"u8));
    }

    /// <summary>The form before PyTorch 1.6.</summary>
    public static void WriteLegacy(string path, object root)
    {
        using var stream = File.Create(path);
        stream.Write([0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.']);
        foreach (var value in new object[] { 1001L, new List<(object, object?)> { ("protocol_version", 1001L), ("little_endian", true), ("type_sizes", new List<(object, object?)> { ("short", 2L), ("int", 4L), ("long", 4L) }) } }) Write(value);
        var tensors = Write(root).Tensors;
        Write(tensors.Select((_, i) => (object)$"{i}").ToArray());
        foreach (var tensor in tensors)
        {
            var count = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(count, tensor.Count);
            stream.Write(count);
            stream.Write(MemoryMarshal.AsBytes<float>(tensor.Values()));
        }

        Pickle Write(object value)
        {
            var pickle = new Pickle();
            pickle.Whole(value);
            stream.Write(pickle.Bytes);
            return pickle;
        }
    }

    // Protocol 2, without a memo: nothing is shared.
    private sealed class Pickle
    {
        private readonly MemoryStream _bytes = new();

        public List<TorchFileTensor> Tensors { get; } = [];
        public byte[] Bytes => _bytes.ToArray();

        public void Whole(object value)
        {
            Put(0x80, 2);
            Value(value);
            Put('.');
        }

        private void Value(object? value)
        {
            switch (value)
            {
                case null: Put('N'); break;
                case bool flag: Put(flag ? 0x88 : 0x89); break;
                case long number: Integer(number); break;
                case double number:
                    var bytes = new byte[8];
                    BinaryPrimitives.WriteDoubleBigEndian(bytes, number);
                    Put('G');
                    _bytes.Write(bytes);
                    break;
                case string text: Text(text); break;
                case List<(object Key, object? Value)> dict: Dict(dict); break;
                case TorchFileNamespace space:
                    Global("argparse", "Namespace");
                    Put(')', 0x81);
                    Dict(space.Fields);
                    Put('b');
                    break;
                case TorchFileTensor tensor: Tensor(tensor); break;
                case object[] list:
                    Put(']', '(');
                    foreach (var item in list) Value(item);
                    Put('e');
                    break;
                default: throw new ArgumentException($"{value.GetType()} is not written");
            }
        }

        private void Dict(IReadOnlyList<(object Key, object? Value)> dict)
        {
            Put('}', '(');
            foreach (var (key, item) in dict)
            {
                Value(key);
                Value(item);
            }
            Put('u');
        }

        private void Tensor(TorchFileTensor tensor)
        {
            Global("torch._utils", "_rebuild_tensor_v2");
            Put('(', '(');
            Text("storage");
            Global("torch", "FloatStorage");
            Text($"{Tensors.Count}");
            Text("cpu");
            Integer(tensor.Count);
            Put('t', 'Q');
            Integer(0);
            Integers(tensor.Shape);
            Integers([.. tensor.Shape.Select((_, d) => tensor.Shape[(d + 1)..].Aggregate(1L, (product, size) => product * size))]);
            Put(0x89);
            Global("collections", "OrderedDict");
            Put(')', 'R', 't', 'R');
            Tensors.Add(tensor);
        }

        private void Integers(long[] values)
        {
            Put('(');
            foreach (var value in values) Integer(value);
            Put('t');
        }

        private void Integer(long value)
        {
            var bytes = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
            if (value is >= int.MinValue and <= int.MaxValue)
            {
                Put('J');
                _bytes.Write(bytes, 0, 4);
                return;
            }
            Put(0x8a, 8);
            _bytes.Write(bytes);
        }

        private void Text(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            var length = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            Put('X');
            _bytes.Write(length);
            _bytes.Write(bytes);
        }

        private void Global(string module, string name) => _bytes.Write(Encoding.ASCII.GetBytes($"c{module}\n{name}\n"));

        private void Put(params int[] codes) => _bytes.Write([.. codes.Select(c => (byte)c)]);
    }
}
