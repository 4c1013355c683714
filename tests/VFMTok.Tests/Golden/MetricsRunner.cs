using VFMTok.Evaluation;
using static TorchSharp.torch;

namespace VFMTok.Tests.Golden;

/// <summary>The golden kind of the metrics of generated images.</summary>
internal static class MetricsRunner
{
    public static void Run(GoldenCase golden)
    {
        var reference = Statistics("ref", "ref.pool");
        var sample = Statistics("sample", "sample.pool");
        var few = golden.Config.GetProperty("fid_singular_samples").GetInt32();
        Distance(reference, sample, false, "fid", "fid_f64_statistics", "fid_exact");
        Distance(Statistics(null, "ref.spatial"), Statistics(null, "sample.spatial"), false, "sfid");
        Distance(reference, reference, false, "fid_self");
        Distance(Statistics(null, "ref.pool", few), Statistics(null, "sample.pool", few), true, "fid_singular");

        var logits = golden.Input("sample.pool").mm(golden.Input("softmax_weight"));                     // [N, classes]
        golden.Compare("softmax", logits.softmax(1));
        Score("inception_score", InceptionScore.ReferenceSplitSize);
        Score("inception_score_split", golden.Config.GetProperty("is_split_size").GetInt32());

        Manifolds("");
        Manifolds("big.");
        golden.RequireAllCompared();

        FeatureStatistics Statistics(string? output, string input, int? rows = null)
        {
            var features = golden.Input(input);                                                          // [N, F]
            var moments = new FeatureMoments((int)features.shape[1]);
            moments.Add(features.narrow(0, 0, rows ?? features.shape[0]).data<float>().ToArray());
            var statistics = moments.ToStatistics();
            if (output is null) return statistics;
            golden.Compare(output + ".mu", tensor(statistics.Mean));
            golden.Compare(output + ".sigma", tensor(statistics.Covariance, statistics.Width, statistics.Width));
            return statistics;
        }

        void Distance(FeatureStatistics first, FeatureStatistics second, bool isSingular, params string[] outputs)
        {
            var distance = FrechetDistance.Between(first, second);
            Assert.Equal(isSingular, distance.IsSingular);
            foreach (var output in outputs) golden.Compare(output, tensor(distance.Value));
            if (isSingular) Assert.Equal(golden.Expected("fid_singular_exact").item<double>(), distance.Value, 1e-6); // it states no tolerance; its means are float32
        }

        void Score(string output, int splitSize)
        {
            var score = new InceptionScore(splitSize);
            score.Add(logits.data<float>().ToArray(), (int)logits.shape[1]);
            golden.Compare(output, tensor(score.Value));
        }

        void Manifolds(string set)
        {
            Tensor real = golden.Input(set + "ref.pool"), generated = golden.Input(set + "sample.pool");
            var k = golden.Config.GetProperty("k").GetInt32();
            var result = PrecisionRecall.Of(real.data<float>().ToArray(), generated.data<float>().ToArray(), (int)real.shape[1], k);
            golden.Compare(set + "precision", tensor(result.Precision));
            golden.Compare(set + "recall", tensor(result.Recall));
            golden.Compare(set + "precision_f32", tensor(result.Precision));
            golden.Compare(set + "recall_f32", tensor(result.Recall));
            golden.Compare(set + "radii_ref", PrecisionRecall.Radii(real, k).unsqueeze(1));
            golden.Compare(set + "radii_sample", PrecisionRecall.Radii(generated, k).unsqueeze(1));
        }
    }
}
