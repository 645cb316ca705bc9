using System.Text;
using Microsoft.AspNetCore.Http;

namespace Portcullis.Local.Edge;

/// <summary>The common media client data (CTA-5004) that the log keeps, as texts.</summary>
internal sealed record Cmcd(string? ObjectDuration, string? ObjectType, string? PlaybackRate, string? SessionId)
{
    public static readonly Cmcd None = new(null, null, null, null);

    private static readonly string[] HeaderNames = ["CMCD-Object", "CMCD-Request", "CMCD-Session", "CMCD-Status"];

    /// <summary>Reads the query parameter <c>CMCD</c>, or else the four request headers.</summary>
    public static Cmcd Of(RequestTarget target, IHeaderDictionary headers)
    {
        if (target.QueryValue("CMCD") is { Length: > 0 } query)
            return Parse(Uri.UnescapeDataString(query));
        StringBuilder? joined = null;
        foreach (var name in HeaderNames)
        {
            foreach (var value in headers[name])
                (joined ??= new()).Append(value).Append(',');
        }
        return joined is null ? None : Parse(joined.ToString());
    }

    /// <summary>Reads <c>key=value</c> pairs separated by commas; strings are quoted, and may then hold commas.</summary>
    internal static Cmcd Parse(string text)
    {
        var cmcd = None;
        for (var at = 0; at < text.Length;)
        {
            var end = at;
            var quoted = false;
            for (; end < text.Length && (quoted || text[end] != ','); end++)
            {
                if (text[end] == '"')
                    quoted = !quoted;
                else if (quoted && text[end] == '\\')
                    end++;
            }
            end = Math.Min(end, text.Length);
            var pair = text.AsSpan(at, end - at).Trim();
            at = end + 1;
            var equals = pair.IndexOf('=');
            if (equals < 0)
                continue;
            var value = Unquote(pair[(equals + 1)..]);
            cmcd = pair[..equals] switch
            {
                "d" => cmcd with { ObjectDuration = value },
                "ot" => cmcd with { ObjectType = value },
                "pr" => cmcd with { PlaybackRate = value },
                "sid" => cmcd with { SessionId = value },
                _ => cmcd,
            };
        }
        return cmcd;
    }

    private static string Unquote(ReadOnlySpan<char> value)
    {
        if (value is not ['"', .., '"'])
            return value.ToString();
        var text = new StringBuilder(value.Length);
        value = value[1..^1];
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '\\' && i + 1 < value.Length)
                i++;
            text.Append(value[i]);
        }
        return text.ToString();
    }
}
