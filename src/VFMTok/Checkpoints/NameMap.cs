using System.Collections;

namespace VFMTok.Checkpoints;

/// <summary>The one place of a network where the official PyTorch names appear: it translates our member path, segment by segment, to the state-dict key.</summary>
/// <remarks>A nested map takes over below its segment. An empty official name drops the segment. Indices, <c>weight</c> and <c>bias</c> stay as they are.</remarks>
internal sealed class NameMap : IEnumerable<string>
{
    private readonly Dictionary<string, (string Official, NameMap? Inner)> _segments = [];

    public void Add(string ours, string official, NameMap? inner = null) => _segments.Add(ours, (official, inner));

    /// <summary>Translates one path.</summary>
    /// <exception cref="InvalidOperationException">A segment has no official name: the map is incomplete.</exception>
    public string ToOfficial(string path)
    {
        var map = this;
        var official = new List<string>();
        foreach (var segment in path.Split('.'))
        {
            if (segment is "weight" or "bias" || int.TryParse(segment, out _)) official.Add(segment);
            else if (map._segments.TryGetValue(segment, out var found))
            {
                if (found.Official.Length > 0) official.Add(found.Official);
                map = found.Inner ?? map;
            }
            else throw new InvalidOperationException($"'{segment}' of '{path}' has no official name; add it to the network's name map.");
        }
        return string.Join('.', official);
    }

    IEnumerator<string> IEnumerable<string>.GetEnumerator() => _segments.Keys.GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => _segments.Keys.GetEnumerator();
}
