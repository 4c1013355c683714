using VFMTok.Training;

namespace VFMTok.Tests.Training.Codes;

public class CodeCacheTests
{
    [Theory]
    [InlineData(CodeAugmentation.None)]
    [InlineData(CodeAugmentation.Flip)]
    [InlineData(CodeAugmentation.TenCrop)]
    public void What_is_read_equals_what_is_encoded_in_memory(CodeAugmentation augmentation)
    {
        using var work = new WorkFolder();
        var (folder, images, options) = (work.Path("codes"), CodeFixtures.Images(6), CodeFixtures.Options(augmentation));
        CodeEncoder.Encode(CodeFixtures.Tokenizer, images, folder, options);
        var (memory, _) = CodeEncoder.Encode(CodeFixtures.Tokenizer, images, options);
        foreach (var verify in new[] { true, false })
        {
            using var cache = CodeCache.Open(folder, CodeFixtures.Tokenizer.Hash, verify);
            Assert.Equal((6, CodeVariants.Count(augmentation), 1, 8, 512, 0), (cache.Count, cache.Variants, cache.Ranks, cache.TokenGrid, cache.CodebookSize, cache.LeftOut));
            Assert.Equal((memory.TokenizerHash, augmentation), (cache.TokenizerHash, cache.Augmentation));
            Assert.Equal(memory.ClassNames, cache.ClassNames);
            for (var image = 0; image < cache.Count; image++)
            {
                Assert.Equal(memory.Label(image), cache.Label(image));
                for (var variant = 0; variant < cache.Variants; variant++) Assert.Equal(CodeFixtures.Read(memory, image, variant), CodeFixtures.Read(cache, image, variant));
            }
        }
    }

    [Fact]
    public void The_variants_are_the_tokens_of_the_crops()
    {
        var images = CodeFixtures.Images(3);
        var (codes, _) = CodeEncoder.Encode(CodeFixtures.Tokenizer, images, CodeFixtures.Options(CodeAugmentation.TenCrop));
        var (same, all) = (0, 0);
        for (var image = 0; image < 3; image++)
            foreach (var (crop, variant) in CodeVariants.Of(images.Decode(image), 64, CodeAugmentation.TenCrop).Select((c, v) => (c, v)))
            {
                var tokens = new int[64];
                CodeFixtures.Tokenizer.Encode(crop.Pixels, 1, tokens); // alone: sums may differ in the last bit
                same += tokens.Zip(CodeFixtures.Read(codes, image, variant)).Count(t => t.First == t.Second);
                all += 64;
            }
        Assert.True(same >= 0.99 * all, $"{same} of {all} tokens agree");
    }

    [Fact]
    public void Another_tokenizer_is_refused_by_name()
    {
        using var work = new WorkFolder();
        var folder = work.Path("codes");
        CodeEncoder.Encode(CodeFixtures.Tokenizer, CodeFixtures.Images(2), folder, CodeFixtures.Options());
        Assert.Equal($"The code cache '{folder}' was made by tokenizer {CodeFixtures.Tokenizer.Hash} but tokenizer {CodeFixtures.OtherTokenizer.Hash} is in use; encode the images with this one, into another folder.",
            Assert.Throws<ArgumentException>(() => CodeCache.Open(folder, CodeFixtures.OtherTokenizer.Hash)).Message);
    }

    [Fact]
    public void Missing_and_exchanged_shards_are_named()
    {
        using var work = new WorkFolder();
        var folder = work.Path("codes");
        CodeEncoder.Encode(CodeFixtures.Tokenizer, CodeFixtures.Images(12), folder, CodeFixtures.Options());
        string Shard(int i) => CodeManifest.ShardPath(folder, i);
        var second = File.ReadAllBytes(Shard(1));
        File.Copy(Shard(2), Shard(1), overwrite: true);
        Assert.Equal($"'{Shard(1)}' is not shard 1 of the code cache that codes.json tells of; delete it and encode again.", Assert.Throws<InvalidDataException>(() => CodeCache.Open(folder)).Message);
        File.Delete(Shard(1));
        File.Delete(Shard(2));
        Assert.Equal($"The code cache '{folder}' lacks 2 of its 3 shards (shard-000001.codes, shard-000002.codes); encode again, and only they will be made.",
            Assert.Throws<InvalidDataException>(() => CodeCache.Open(folder)).Message);
        File.WriteAllBytes(Shard(1), second);
        File.WriteAllBytes(Shard(2), [1, 2, 3]);
        Assert.Equal($"'{Shard(2)}' is no sound shard of codes: it has 3 bytes, fewer than any shard; delete it and encode again.", Assert.Throws<InvalidDataException>(() => CodeCache.Open(folder)).Message);
    }

    [Fact]
    public void Reads_are_checked_and_end_with_the_cache()
    {
        using var work = new WorkFolder();
        CodeEncoder.Encode(CodeFixtures.Tokenizer, CodeFixtures.Images(2), work.Path("codes"), CodeFixtures.Options());
        var cache = CodeCache.Open(work.Path("codes"));
        Assert.Contains("Image 2 is out of range; allowed are 0 to 1.", Assert.Throws<ArgumentOutOfRangeException>(() => CodeFixtures.Read(cache, 2)).Message);
        Assert.Contains("Variant 2 is out of range; allowed are 0 to 1.", Assert.Throws<ArgumentOutOfRangeException>(() => CodeFixtures.Read(cache, 0, 2)).Message);
        Assert.Contains("Rank 1 is out of range; allowed are 0 to 0.", Assert.Throws<ArgumentOutOfRangeException>(() => CodeFixtures.Read(cache, 0, 0, 1)).Message);
        Assert.Throws<ArgumentException>(() => cache.Read(0, 0, 0, new int[3]));
        cache.Dispose();
        cache.Dispose();
        Assert.Throws<ObjectDisposedException>(() => CodeFixtures.Read(cache, 0));
    }

    [Fact]
    public void A_generator_learns_the_same_from_a_cache_whether_it_was_checked_or_not()
    {
        using var work = new WorkFolder();
        CodeEncoder.Encode(CodeFixtures.Tokenizer, CodeFixtures.Images(6), work.Path("codes"), CodeFixtures.Options());
        string Train(bool verify)
        {
            using var cache = CodeCache.Open(work.Path("codes"), verify: verify);
            using var generator = GeneratorTrainer.Train(new GeneratorTrainingOptions { Steps = 3, BatchSize = 4 }, cache);
            return generator.Hash;
        }
        Assert.Equal(Train(true), Train(false));
    }
}
