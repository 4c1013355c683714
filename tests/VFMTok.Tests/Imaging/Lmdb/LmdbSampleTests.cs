using System.Text;
using VFMTok.Imaging;
using VFMTok.Imaging.Lmdb;
using VFMTok.Pickle;
using VFMTok.Tests.Shared;

namespace VFMTok.Tests.Imaging.Lmdb;

public class LmdbSampleTests
{
    // CPython 3.11: pickle.dumps({'image': png of 3 x 2 pixels of colour (255, 128, 0), 'label': 7}, protocol)
    private const string Protocol2 = "gAJ9cQAoWAUAAABpbWFnZXEBY19jb2RlY3MKZW5jb2RlCnECWFYAAADCiVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFsOxTQAAABBJREFUeMOaY8O4w5/DgABBDHAWAF/DkgjDu2bCgcKlw5oAAAAASUVORMKuQmDCgnEDWAYAAABsYXRpbjFxBIZxBVJxBlgFAAAAbGFiZWxxB0sHdS4=";
    private const string Protocol3 = "gAN9cQAoWAUAAABpbWFnZXEBQ0mJUE5HDQoaCgAAAA1JSERSAAAAAwAAAAIIAgAAABIW8U0AAAAQSURBVHjaY/jfwABBDHAWAF/SCPtmgaXaAAAAAElFTkSuQmCCcQJYBQAAAGxhYmVscQNLB3Uu";
    private const string Protocol4 = "gASVYwAAAAAAAAB9lCiMBWltYWdllENJiVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEElEQVR42mP438AAQQxwFgBf0gj7ZoGl2gAAAABJRU5ErkJggpSMBWxhYmVslEsHdS4=";
    private const string Protocol5 = "gAWVYwAAAAAAAAB9lCiMBWltYWdllENJiVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEElEQVR42mP438AAQQxwFgBf0gj7ZoGl2gAAAABJRU5ErkJggpSMBWxhYmVslEsHdS4=";
    // pickle.dumps({'image': b'', 'label': -5000000000}, 2)
    private const string Empty = "gAJ9cQAoWAUAAABpbWFnZXEBY19fYnVpbHRpbl9fCmJ5dGVzCnECKVJxA1gFAAAAbGFiZWxxBIoFAA761f51Lg==";

    [Theory]
    [InlineData(Protocol2)]
    [InlineData(Protocol3)]
    [InlineData(Protocol4)]
    [InlineData(Protocol5)]
    public void Samples_as_CPython_writes_them_are_read(string pickle)
    {
        var sample = LmdbSample.Parse(Convert.FromBase64String(pickle), "it");
        Assert.Equal(7, sample.Label);
        var image = sample.Decode();
        Assert.Equal((3, 2), (image.Width, image.Height));
        for (var i = 0; i < 18; i++) Assert.Equal((i % 3) switch { 0 => 255, 1 => 128, _ => 0 }, image.Pixels[i]);
    }

    [Fact]
    public void Empty_bytes_and_long_integers_are_read()
    {
        var fields = Read(Convert.FromBase64String(Empty));
        Assert.Empty((byte[])fields["image"]!);
        Assert.Equal(-5_000_000_000, fields["label"]);
        Fails("'label' is -5000000000, which 32 bits do not hold", Convert.FromBase64String(Empty));
    }

    [Fact]
    public void All_widths_of_texts_bytes_and_integers_are_read()
    {
        var pickle = Join(0x80, 5, '}', '(',
            0x8d, 5, 0, 0, 0, 0, 0, 0, 0, "image", 0x8e, 2, 0, 0, 0, 0, 0, 0, 0, 1, 2, // BINUNICODE8, BINBYTES8
            'U', 5, "label", 'J', 0xfe, 0xff, 0xff, 0xff, // Python 2's str; a negative BININT
            'T', 1, 0, 0, 0, "a", 'M', 1, 2, 0x8c, 1, "b", 0x8a, 2, 0, 0x80, 0x8c, 1, "c", 0x8a, 0, 'u', '.');
        var fields = Read(pickle);
        Assert.Equal([1, 2], (byte[])fields["image"]!);
        Assert.Equal((-2L, 513L, -32768L, 0L), (fields["label"], fields["a"], fields["b"], fields["c"]));
    }

    [Theory]
    [InlineData(Protocol2)]
    [InlineData(Protocol4)]
    public void A_pickle_cut_anywhere_is_an_error(string pickle)
    {
        var whole = Convert.FromBase64String(pickle);
        for (var length = 0; length < whole.Length; length++) Assert.Throws<InvalidImageException>(() => LmdbSample.Parse(whole[..length], "it"));
    }

    [Fact]
    public void Claims_are_checked()
    {
        Fails("it ends too early", Join(0x80, 2, 'J', 1, 2));
        Fails("it claims 18446744073709551615 bytes where 1 are left", Join(0x80, 4, 0x8e, 255, 255, 255, 255, 255, 255, 255, 255, '.'));
        Fails("it claims 4294967295 bytes where 1 are left", Join(0x80, 3, 'B', 255, 255, 255, 255, '.'));
        Fails("it claims 99 bytes where 1 are left", Join(0x80, 4, 0x95, 99, 0, 0, 0, 0, 0, 0, 0, '.')); // a frame
        Fails("an int in it has 65 bytes where at most 64 are read", Join(0x80, 2, 0x8a, 65, new string('1', 65), '.'));
        Fails("it holds more than 10000 values", [0x80, 2, .. Enumerable.Repeat((byte)'}', 20_000)]);
        Fails("it holds more than 10000 values", [0x80, 4, (byte)'}', .. Enumerable.Repeat((byte)0x94, 20_000)]);
        var bomb = new List<byte>(Join(0x80, 2, "c_codecs\nencode\n", 'q', 0, 'X', 200, 0, 0, 0, new string('x', 200), 'q', 1, 'X', 6, 0, 0, 0, "latin1", 'q', 2, '}'));
        for (var i = 0; i < 100; i++) bomb.AddRange(Join('h', 0, 'h', 1, 'h', 2, 0x86, 'R'));
        Fails("it repeats its bytes", [.. bomb]);
    }

    [Fact]
    public void Whatever_else_a_pickle_holds_is_refused_by_name()
    {
        Fails("it asks for os.system", Join(0x80, 2, "cos\nsystem\n", 'X', 2, 0, 0, 0, "ls", 0x85, 'R', '.'));
        Fails("it asks for numpy.core.multiarray._reconstruct", Join(0x80, 4, 0x8c, 21, "numpy.core.multiarray", 0x8c, 12, "_reconstruct", 0x93, '.'));
        Fails("it asks for os.system", Join(0x80, 2, '(', 'X', 2, 0, 0, 0, "ls", "ios\nsystem\n", '.')); // INST
        Fails("it refers to data outside of itself", Join(0x80, 2, 'N', 'Q', '.'));
        Fails("it gives a state to what has none", Join(0x80, 2, '}', '}', 'b', '.'));
        Fails("it uses EMPTY_SET", Join(0x80, 4, 0x8f, '.'));
        Fails("it uses DUP", Join(0x80, 2, 'N', '2', '.'));
        Fails("it uses PERSID", Join(0x80, 2, "P1\n."));
        Fails("it uses the unknown code 0x00", Join(0x80, 2, 0, '.'));
        Fails("it calls something in a way that bytes are not written", Join(0x80, 2, "c_codecs\nencode\n", 'X', 1, 0, 0, 0, "x", 'X', 3, 0, 0, 0, "zip", 0x86, 'R', '.'));
        Fails("it calls something in a way that bytes are not written", Join(0x80, 2, "c_codecs\nencode\n", 'X', 2, 0, 0, 0, 0xc4, 0x80, 'X', 6, 0, 0, 0, "latin1", 0x86, 'R', '.'));
        Fails("a name in it does not end", Join(0x80, 2, 'c', new string('x', 500), "\n\n"));
        Fails("it does not start as one", Join("(dp0\n."));
        Fails("it does not start as one", Join(0x80, 6, '}', '.'));
    }

    [Fact]
    public void Pickles_of_other_things_are_named()
    {
        Fails("it holds no dict", Join(0x80, 2, 'K', 1, '.'));
        Fails("its keys are none", Join(0x80, 2, '}', '.'));
        Fails("its keys are x", Join(0x80, 2, '}', 'X', 1, 0, 0, 0, "x", 'K', 1, 's', '.'));
        Fails("'image' is no bytes", Join(0x80, 2, '}', '(', Pickles.Text("image"), 'K', 1, Pickles.Text("label"), 'K', 1, 'u', '.'));
        Fails("'label' is no int", Join(0x80, 3, '}', '(', Pickles.Text("image"), Pickles.Bytes([]), Pickles.Text("label"), '}', 'u', '.'));
        Fails("its keys are 1", Join(0x80, 2, '}', 'K', 1, 'K', 1, 's', '.'));
        Fails("a key of its dict is neither text nor number", Join(0x80, 2, '}', ')', 'K', 1, 's', '.'));
        Fails("it holds no dict", Join(0x80, 2, ']', '.'));
        Fails("its dict is damaged", Join(0x80, 2, '}', '(', 'K', 1, 'u', '.'));
        Fails("its dict is damaged", Join(0x80, 2, 'K', 1, '(', 'u', '.'));
        Fails("it takes more values than it gives", Join(0x80, 2, 'u', '.'));
        Fails("it takes more values than it gives", Join(0x80, 2, '.'));
        Fails("it holds more than one object", Join(0x80, 2, '}', '}', '.'));
        Fails("it refers to a value that it has not given", Join(0x80, 2, 'h', 3, '.'));
        Fails("a text in it is no UTF-8", Join(0x80, 2, 'X', 1, 0, 0, 0, 0xff, '.'));
    }

    [Fact]
    public void Random_bytes_never_do_more_than_fail()
    {
        var random = new Random(1);
        var sound = Convert.FromBase64String(Protocol2);
        for (var run = 0; run < 20_000; run++)
        {
            var bytes = sound.ToArray();
            for (var k = random.Next(1, 6); k > 0; k--) bytes[random.Next(2, bytes.Length)] = (byte)random.Next(256);
            try
            {
                _ = LmdbSample.Parse(bytes, "it");
            }
            catch (InvalidImageException) { }
        }
    }

    private static OrderedDictionary<object, object?> Read(byte[] pickle) =>
        Assert.IsType<OrderedDictionary<object, object?>>(new PickleMachine(pickle, new LmdbPickleRules("it")).Read());

    private static byte[] Join(params object[] parts) => [.. parts.SelectMany(p => p switch
    {
        byte[] bytes => bytes,
        string text => Encoding.Latin1.GetBytes(text),
        char code => [(byte)code],
        _ => new[] { (byte)(int)p },
    })];

    private static void Fails(string fault, byte[] pickle)
    {
        var error = Assert.Throws<InvalidImageException>(() => LmdbSample.Parse(pickle, "it"));
        Assert.Equal($"'it' is no pickle of {{'image': bytes, 'label': int}}: {fault}; make the sample again.", error.Message);
    }
}
