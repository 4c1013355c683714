namespace VFMTok.Pickle;

/// <summary>Names of what pickles can hold and <see cref="PickleMachine"/> refuses, for its errors.</summary>
internal static class PickleOpcodes
{
    private static readonly Dictionary<byte, string> Names = new()
    {
        [(byte)'0'] = "POP", [(byte)'1'] = "POP_MARK", [(byte)'2'] = "DUP", [(byte)'F'] = "FLOAT", [(byte)'G'] = "BINFLOAT", [(byte)'I'] = "INT", [(byte)'L'] = "LONG", [(byte)'N'] = "NONE",
        [(byte)'P'] = "PERSID", [(byte)'Q'] = "BINPERSID", [(byte)'S'] = "STRING", [(byte)'V'] = "UNICODE", [(byte)'a'] = "APPEND", [(byte)'b'] = "BUILD", [(byte)'d'] = "DICT", [(byte)'e'] = "APPENDS",
        [(byte)'g'] = "GET", [(byte)'i'] = "INST", [(byte)'l'] = "LIST", [(byte)'o'] = "OBJ", [(byte)'p'] = "PUT", [(byte)'t'] = "TUPLE", [(byte)']'] = "EMPTY_LIST", [0x80] = "PROTO", [0x81] = "NEWOBJ",
        [0x82] = "EXT1", [0x83] = "EXT2", [0x84] = "EXT4", [0x85] = "TUPLE1", [0x87] = "TUPLE3", [0x88] = "NEWTRUE", [0x89] = "NEWFALSE", [0x8b] = "LONG4", [0x8f] = "EMPTY_SET", [0x90] = "ADDITEMS",
        [0x91] = "FROZENSET", [0x92] = "NEWOBJ_EX", [0x96] = "BYTEARRAY8", [0x97] = "NEXT_BUFFER", [0x98] = "READONLY_BUFFER",
    };

    public static string NameOf(byte code) => Names.TryGetValue(code, out var name) ? name : $"the unknown code 0x{code:x2}";
}
