namespace Portcullis.Cli.Simulation.Hls;

/// <summary>Attribute lists of playlist tags (RFC 8216, 4.2).</summary>
internal static class AttributeList
{
    /// <summary>The value of an attribute without its quotes, or null. A comma inside quotes separates nothing.</summary>
    public static string? Value(string list, string name)
    {
        var rest = list.AsSpan();
        while (rest.Length > 0)
        {
            var equals = rest.IndexOf('=');
            if (equals < 0)
            {
                return null;
            }

            var key = rest[..equals].Trim();
            rest = rest[(equals + 1)..];
            var quoted = rest is ['"', ..];
            var end = quoted ? rest[1..].IndexOf('"') + 1 : rest.IndexOf(',');
            end = end <= 0 ? rest.Length : end;
            if (key.SequenceEqual(name))
            {
                return (quoted ? rest[1..end] : rest[..end]).Trim().ToString();
            }

            var comma = rest[end..].IndexOf(',');
            rest = comma < 0 ? [] : rest[(end + comma + 1)..];
        }

        return null;
    }
}
