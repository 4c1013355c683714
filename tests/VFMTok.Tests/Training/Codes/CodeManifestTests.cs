using VFMTok.Training;

namespace VFMTok.Tests.Training.Codes;

public class CodeManifestTests
{
    [Fact]
    public void It_comes_back_and_everything_else_gets_one_sentence()
    {
        using var work = new WorkFolder();
        var (folder, path) = (work.Path(""), work.Path(CodeManifest.FileName));
        Assert.Equal($"There is no code cache in '{folder}': it lacks codes.json; give a folder that 'vfmtok encode' filled.", Assert.Throws<FileNotFoundException>(() => CodeManifest.Load(folder)).Message);
        var key = CodeShardTests.Codes(512, 1).Header.Key with { Classes = CodeKey.FingerprintOf(["cat", "dög"]) };
        var manifest = new CodeManifest(CodeManifest.CurrentFormat, key, ["cat", "dög"]);
        manifest.Save(folder);
        var back = CodeManifest.Load(folder);
        Assert.Equal(key, back.Key);
        Assert.Equal(["cat", "dög"], back.ClassNames);
        var text = File.ReadAllText(path);
        foreach (var (from, to, fault) in new[]
        {
            ("cat", "cow", "its class names do not have the fingerprint that it states"), ("\"cat\"", "null", "its class names do not have the fingerprint that it states"),
            ("vfmtok-codes-1", "vfmtok-codes-2", "its format is not 'vfmtok-codes-1'"), ("\"CodebookSize\":512", "\"CodebookSize\":1", "its numbers are out of range"),
            ("\"Ranks\":1", "\"Ranks\":1,\"Ranks\":1", "it is not the JSON of a manifest"), ("{", "", "it is not the JSON of a manifest"),
        })
        {
            File.WriteAllText(path, text.Replace(from, to));
            Assert.Equal($"'{path}' is no sound manifest of a code cache: {fault}; encode again.", Assert.Throws<InvalidDataException>(() => CodeManifest.Load(folder)).Message);
        }
    }
}
