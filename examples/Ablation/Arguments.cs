using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace VFMTok.Examples.Ablation;

/// <summary>What is asked for.</summary>
internal sealed record Arguments(string Output, Budget Budget, IReadOnlyList<string> Sets, IReadOnlyList<int> Seeds, IReadOnlyList<Variant> Variants)
{
    private const string Usage = "usage: Ablation [--output DIR] [--quick] [--times N] [--sets scenes,shapes] [--seeds 1,2,3] [--variants KEYS]";

    /// <summary>Reads the command line.</summary>
    public static bool TryParse(string[] args, [NotNullWhen(true)] out Arguments? arguments, out string fault)
    {
        var times = 1;
        var (output, budget, sets, seeds, variants) = ("ablation-output", Budget.Full, new[] { ImageSet.Scenes, ImageSet.Shapes }, new[] { 1, 2, 3 }, Variant.All.ToArray());
        (arguments, fault) = (null, "");
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--quick")
            {
                (budget, seeds, sets) = (Budget.Quick, [1], [ImageSet.Scenes]);
                continue;
            }
            if (i + 1 == args.Length)
            {
                fault = $"'{args[i]}' is no flag or lacks its value; {Usage}.";
                return false;
            }
            var values = args[i + 1].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            switch (args[i++])
            {
                case "--output": output = args[i]; break;
                case "--times" when int.TryParse(args[i], NumberStyles.None, CultureInfo.InvariantCulture, out times) && times is >= 1 and <= 100: break;
                case "--sets" when values.All(v => v is ImageSet.Scenes or ImageSet.Shapes): sets = values; break;
                case "--seeds" when values.All(v => int.TryParse(v, NumberStyles.None, CultureInfo.InvariantCulture, out _)): seeds = [.. values.Select(int.Parse)]; break;
                case "--variants" when values.All(v => Variant.All.Any(a => a.Key == v)): variants = [.. Variant.All.Where(a => values.Contains(a.Key))]; break;
                default:
                    fault = $"'{args[i - 1]} {args[i]}' is not allowed; times are 1 to 100, sets {ImageSet.Scenes} and {ImageSet.Shapes}, seeds whole numbers, variants {string.Join(", ", Variant.All.Select(v => v.Key))}; {Usage}.";
                    return false;
            }
        }
        arguments = new Arguments(output, budget.Times(times), sets, seeds, variants);
        return true;
    }
}
