using VFMTok.Evaluation;
using VFMTok.Numpy;

namespace VFMTok.Tests.Evaluation;

public sealed class ReferenceStatisticsTests : IDisposable
{
    private readonly FeatureExtractor _tiny = FeatureExtractor.Tiny();
    private readonly WorkFolder _work = new();

    public void Dispose()
    {
        _tiny.Dispose();
        _work.Dispose();
    }

    [Fact]
    public void What_was_saved_comes_back_to_the_last_bit()
    {
        var reference = ReferenceStatistics.Of(Set(20), "photos", "center 64 px");
        reference.Save(_work.Path("a.npz"));
        var again = ReferenceStatistics.Load(_work.Path("a.npz"), _tiny);
        Assert.Equal((reference.Name, reference.Hash, reference.Extractor, reference.Count, reference.ImageWidth, reference.ImageHeight, reference.Crop), (again.Name, again.Hash, again.Extractor, again.Count, again.ImageWidth, again.ImageHeight, again.Crop));
        Assert.Equal(("photos", Set(20).ContentHash, 20L, 64, "center 64 px"), (again.Name, again.Hash, again.Count!.Value, again.ImageWidth, again.Crop));
        Assert.Equal(reference.Pooled.Mean, again.Pooled.Mean);
        Assert.Equal(reference.Pooled.Covariance, again.Pooled.Covariance);
        Assert.Equal(reference.Neighbourhood.ToArray(), again.Neighbourhood.ToArray());
        Assert.Equal(reference.Neighbourhood[..(5 * 96)].ToArray(), ReferenceStatistics.Load(_work.Path("a.npz"), _tiny, neighbourhoodLimit: 5).Neighbourhood.ToArray());
        Assert.Equal(0, ReferenceStatistics.Load(_work.Path("a.npz"), _tiny, neighbourhoodLimit: 0).NeighbourhoodCount);
        again.Save(_work.Path("b.npz"));
        Assert.Equal(File.ReadAllBytes(_work.Path("a.npz")), File.ReadAllBytes(_work.Path("b.npz")));
    }

    [Fact]
    public void The_statistics_of_a_file_of_another_program_are_taken_as_they_are_and_its_images_give_the_features()
    {
        var set = Set(20);
        var statistics = set.PooledStatistics();
        Write("adm.npz", file =>
        {
            file.Add("mu", statistics.Mean.Select(x => (float)x).ToArray());
            file.Add("sigma", statistics.Covariance, 96, 96);
            file.Add("arr_0", DrawnImages.Of(6, 64, seed: 3).SelectMany(i => i.Pixels).ToArray(), 6, 64, 64, 3);
            file.Add("arr_1", new long[6]);
        });
        var seen = new List<long>();
        var reference = ReferenceStatistics.Load(_work.Path("adm.npz"), _tiny, progress: new Recorder(seen));
        Assert.Equal(("adm.npz", null, "Inception-v3", null, 6, 64), (reference.Name, reference.Extractor.Hash, reference.Extractor.Name, reference.Count, reference.NeighbourhoodCount, reference.ImageWidth));
        Assert.Equal(32, reference.Hash.Length);
        Assert.Equal(statistics.Mean, reference.Pooled.Mean, (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(statistics.Covariance, reference.Pooled.Covariance);
        Assert.Equal(Set(6, 3).Neighbourhood.ToArray(), reference.Neighbourhood.ToArray());
        Assert.Equal([1, 2, 3, 4, 5, 6], seen);
        Assert.Equal(4, ReferenceStatistics.Load(_work.Path("adm.npz"), _tiny, neighbourhoodLimit: 4).NeighbourhoodCount);
        Assert.Equal(0, ReferenceStatistics.Load(_work.Path("adm.npz"), _tiny, neighbourhoodLimit: 0).NeighbourhoodCount);
        Assert.Contains("The reference 'adm.npz' does not state its network and was taken for one of Tiny; make it anew from its images to be sure.", GenerationMetrics.Compare(set, reference).Cautions);
    }

    [Fact]
    public void A_batch_of_samples_is_a_reference_too()
    {
        Write("samples.npz", file => file.Add("arr_0", DrawnImages.Of(20).SelectMany(i => i.Pixels).ToArray(), 20, 64, 64, 3));
        var (reference, set) = (ReferenceStatistics.Load(_work.Path("samples.npz"), _tiny, neighbourhoodLimit: 7), Set(20));
        Assert.Equal(set.PooledStatistics().Covariance, reference.Pooled.Covariance);
        Assert.Equal((set.Extractor, 20L, 7), (reference.Extractor, reference.Count!.Value, reference.NeighbourhoodCount));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => ReferenceStatistics.Load(_work.Path("samples.npz"), _tiny, cancellation: cancelled.Token));
    }

    [Fact]
    public void Features_of_another_network_are_one_sentence()
    {
        Write("inception.npz", file =>
        {
            file.Add("mu", new double[2048]);
            file.Add("sigma", new double[4], 2, 2); // not looked at
        });
        Assert.Equal($"The reference 'inception.npz' has features of 2048 numbers and Tiny ({_tiny.Hash}) makes 96; use Inception-v3 for both, or make the reference anew from its images.",
            Assert.Throws<ArgumentException>(() => ReferenceStatistics.Load(_work.Path("inception.npz"), _tiny)).Message);
        var reference = ReferenceStatistics.Of(Set(5), "photos");
        var identity = new ExtractorIdentity("ViT", new string('a', 32), "FD-ViT", 96);
        Rewrite(reference, identity).Save(_work.Path("other.npz"));
        var expected = $"The reference 'photos' was made with ViT ({new string('a', 32)}) and the samples are seen by Tiny ({_tiny.Hash}); use the same network for both, or make the reference anew from its images.";
        Assert.Equal(expected, Assert.Throws<ArgumentException>(() => ReferenceStatistics.Load(_work.Path("other.npz"), _tiny)).Message);
        Assert.Equal(expected, Assert.Throws<ArgumentException>(() => GenerationMetrics.Compare(Set(5), Rewrite(reference, identity))).Message);

        static ReferenceStatistics Rewrite(ReferenceStatistics of, ExtractorIdentity extractor) => new() { Name = of.Name, Hash = of.Hash, Extractor = extractor, Pooled = of.Pooled };
    }

    [Fact]
    public void Files_that_are_no_reference_are_one_sentence()
    {
        Assert.Throws<FileNotFoundException>(() => Load("none.npz"));
        Fails("empty.npz", "'empty.npz' has neither statistics ('mu' and 'sigma') nor images ('arr_0'); give a reference of this library or of the reference evaluator, or a batch of samples.", file => file.Add("x", [1.0]));
        Fails("half.npz", "'half.npz' cannot be used: it has no array 'sigma' but mu; give the file that belongs here.", file => file.Add("mu", new double[96]));
        Fails("nan.npz", "its array 'mu' has the number NaN at index 0; make it again from finite numbers.", file =>
        {
            file.Add("mu", [double.NaN, .. new double[95]]);
            file.Add("sigma", new double[96 * 96], 96, 96);
        });
        Fails("shape.npz", "its array 'sigma' has the shape (96, 1) where (96, 96) is needed; give the file that belongs here.", file =>
        {
            file.Add("mu", new double[96]);
            file.Add("sigma", new double[96], 96, 1);
        });
        Fails("grey.npz", "its array 'arr_0' has the shape (2, 8, 8, 1) where (any, any, any, 3) is needed", file => file.Add("arr_0", new byte[128], 2, 8, 8, 1));
        Fails("json.npz", "its array 'vfmtok' describes no reference (", file => file.AddText("vfmtok", "{"));
        Fails("format.npz", "its array 'vfmtok' states the format 'vfmtok-reference-9' where 'vfmtok-reference-1' is read; make the reference anew from its images.", file => file.AddText("vfmtok", """{"Format":"vfmtok-reference-9"}"""));
        Fails("nameless.npz", "its array 'vfmtok' states no name or no hash; make the reference anew", file => file.AddText("vfmtok", """{"Format":"vfmtok-reference-1"}"""));

        ReferenceStatistics.Of(Set(20), "photos").Save(_work.Path("a.npz"));
        var bytes = File.ReadAllBytes(_work.Path("a.npz"));
        File.WriteAllBytes(_work.Path("cut.npz"), bytes[..(bytes.Length / 2)]);
        Assert.StartsWith("'cut.npz' cannot be used: it is damaged (", Assert.Throws<InvalidNumpyFileException>(() => Load("cut.npz")).Message);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(_work.Path("bit.npz"), bytes);
        Assert.StartsWith("'bit.npz' cannot be used: its array 'sigma' ", Assert.Throws<InvalidNumpyFileException>(() => Load("bit.npz")).Message);
    }

    [Fact]
    public void A_set_of_too_few_images_is_one_sentence()
    {
        Assert.Equal("A reference needs two images at least and 'photos' has none; give more images.", Assert.Throws<InvalidOperationException>(() => ReferenceStatistics.Of(Set(0), "photos")).Message);
        Assert.Equal("A reference needs two images at least and 'photos' has one; give more images.", Assert.Throws<InvalidOperationException>(() => ReferenceStatistics.Of(Set(1), "photos")).Message);
    }

    private ImageSetStatistics Set(int count, int seed = 0)
    {
        var set = new ImageSetStatistics(_tiny);
        set.Add(DrawnImages.Of(count, seed: seed));
        return set;
    }

    private ReferenceStatistics Load(string name) => ReferenceStatistics.Load(_work.Path(name), _tiny);

    private void Write(string name, Action<NpzWriter> write) => NpzWriter.Write(_work.Path(name), write);

    private void Fails(string name, string sentence, Action<NpzWriter> write)
    {
        Write(name, write);
        Assert.Contains(sentence, Assert.Throws<InvalidNumpyFileException>(() => Load(name)).Message);
    }

    private sealed class Recorder(List<long> seen) : IProgress<long>
    {
        public void Report(long value) => seen.Add(value);
    }
}
