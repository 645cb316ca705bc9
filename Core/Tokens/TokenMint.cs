using System.Text;
using Portcullis.Keys;

namespace Portcullis.Tokens;

/// <summary>Mints v2 tokens.</summary>
public static class TokenMint
{
    /// <summary>Mints the token of a session.</summary>
    /// <param name="policy">A valid policy with at least one path.</param>
    /// <param name="viewer">The viewer the token is for; must show every attribute that the policy requires.</param>
    /// <param name="sid">The session id.</param>
    /// <param name="key">A v2 key.</param>
    /// <param name="now">Epoch seconds; becomes <c>iat</c>.</param>
    /// <param name="sessionStart">Epoch seconds of the session's first mint, for a renewal; null for a new session.</param>
    /// <param name="maxTokenLifetime">Longest lifetime that the edge admits, in seconds.</param>
    /// <exception cref="ArgumentException"><paramref name="key"/> is a v1 key.</exception>
    public static MintResult Mint(TokenPolicy policy, IViewer viewer, string sid, SigningKey key, long now, long? sessionStart = null, int maxTokenLifetime = TokenVerifier.DefaultMaxTokenLifetime)
    {
        if (key.Format != TokenFormat.V2)
            throw new ArgumentException($"Key '{key.KeyId}' is of format {key.Format}; a v2 token needs a v2 key.", nameof(key));
        if (!SessionId.IsValid(sid))
            return MintResult.Refused("sid", "must be 1 to 64 characters of A-Za-z0-9_-");
        if (policy.Lifetime > maxTokenLifetime)
            return MintResult.Refused("policy.lifetime", $"{policy.Lifetime} s must be at most {maxTokenLifetime} s");
        if (policy.Paths.Count == 0)
            return MintResult.Refused("policy.paths", "must name at least one path");
        var start = sessionStart ?? now;
        var sessionEnds = start + policy.MaxSession;
        if (sessionEnds <= now)
            return MintResult.Refused("token", $"the session has reached its longest duration of {policy.MaxSession} s");

        int required = 0, optional = 0;
        for (var i = 0; i < BindingText.Order.Length; i++)
        {
            var binding = BindingOf(policy.Bind, BindingText.Order[i]);
            if (binding == GeoBinding.None)
                continue;
            if (viewer.ValueOf(BindingText.Order[i]) is null)
            {
                if (binding == GeoBinding.Required)
                    return MintResult.Refused($"viewer.{FieldName(BindingText.Order[i])}", "is required by the asset's token policy");
                continue;
            }
            if (binding == GeoBinding.Required)
                required |= 1 << i;
            else
                optional |= 1 << i;
        }
        var expires = Math.Min(now + policy.Lifetime, sessionEnds);
        var claims = new SpanText(stackalloc byte[1024]);
        WriteClaims(ref claims, policy, viewer, sid, key, (now, expires, start), required, optional);
        var segment = Sign(sid, claims.Written, key);
        claims.Dispose();
        return segment.Length <= TokenSegment.MaxLength
            ? MintResult.Minted(new MintedToken(sid, segment, now, expires, sessionEnds))
            : MintResult.Refused("policy.paths", $"make a token of {segment.Length} characters; the edge reads at most {TokenSegment.MaxLength}");
    }

    /// <summary>The token segment for claims as they stand: <c>sid.header.payload.signature</c>.</summary>
    internal static string Sign(string sid, ReadOnlySpan<byte> claims, SigningKey key)
    {
        var segment = new SpanText(stackalloc byte[2048]);
        segment.Append(sid.AsSpan());
        segment.Append((byte)'.');
        segment.Append(key.EncodedHeader);
        segment.Append((byte)'.');
        segment.AppendBase64Url(claims);
        Span<byte> mac = stackalloc byte[32];
        key.Sign(segment.Written[(sid.Length + 1)..], mac);
        segment.Append((byte)'.');
        segment.AppendBase64Url(mac);
        var text = Encoding.ASCII.GetString(segment.Written);
        segment.Dispose();
        return text;
    }

    private static void WriteClaims(
        ref SpanText json, TokenPolicy policy, IViewer viewer, string sid, SigningKey key, (long Now, long Expires, long Start) times, int required, int optional)
    {
        json.Append("{\"ver\":2,\"iat\":"u8);
        json.Append(times.Now);
        json.Append(",\"exp\":"u8);
        json.Append(times.Expires);
        if (times.Start != times.Now)
        {
            json.Append(",\"sst\":"u8);
            json.Append(times.Start);
        }
        json.Append(",\"sid\":"u8);
        json.AppendJson(sid);
        WriteNames(ref json, ",\"paths\":["u8, policy.Paths);
        WriteNames(ref json, ",\"exc\":["u8, policy.Exc);
        WriteAttributes(ref json, required);
        WriteNames(ref json, ",\"headers\":["u8, policy.Bind.Headers);
        WriteNames(ref json, ",\"qs\":["u8, policy.Bind.Query);

        Span<byte> mac = stackalloc byte[32];
        if (required != 0 || policy.Bind.Headers.Count > 0 || policy.Bind.Query.Count > 0)
        {
            var text = new SpanText(stackalloc byte[1024]);
            text.AppendLine("sid"u8, default(ReadOnlySpan<byte>), sid);
            for (var i = 0; i < BindingText.Order.Length; i++)
            {
                if ((required & (1 << i)) != 0)
                    text.AppendLine(default, BindingText.Order[i], viewer.ValueOf(BindingText.Order[i]));
            }
            for (var i = 0; i < policy.Bind.Headers.Count; i++)
                text.AppendLine("h."u8, policy.Bind.Headers[i], viewer.Header(policy.Bind.Headers[i]));
            for (var i = 0; i < policy.Bind.Query.Count; i++)
                text.AppendLine("q."u8, policy.Bind.Query[i], viewer.Query(policy.Bind.Query[i]));
            key.Bind(text.Written, mac);
            text.Dispose();
            json.Append(",\"bind\":\""u8);
            json.AppendBase64Url(mac);
            json.Append((byte)'"');
        }
        for (var i = 0; i < BindingText.Order.Length; i++)
        {
            if ((optional & (1 << i)) == 0)
                continue;
            TokenBinding.OfAttribute(key, sid, BindingText.Order[i], viewer, mac);
            json.Append((optional & ((1 << i) - 1)) == 0 ? ",\"opt\":{"u8 : ","u8);
            json.AppendJson(BindingText.Order[i]);
            json.Append(":\""u8);
            json.AppendBase64Url(mac);
            json.Append((byte)'"');
        }
        json.Append(optional != 0 ? "}}"u8 : "}"u8);
    }

    private static void WriteNames(ref SpanText json, ReadOnlySpan<byte> start, IReadOnlyList<string> names)
    {
        if (names.Count == 0)
            return;
        json.Append(start);
        for (var i = 0; i < names.Count; i++)
        {
            if (i > 0)
                json.Append((byte)',');
            json.AppendJson(names[i]);
        }
        json.Append((byte)']');
    }

    private static void WriteAttributes(ref SpanText json, int required)
    {
        if (required == 0)
            return;
        json.Append(",\"attr\":["u8);
        for (var i = 0; i < BindingText.Order.Length; i++)
        {
            if ((required & (1 << i)) == 0)
                continue;
            if ((required & ((1 << i) - 1)) != 0)
                json.Append((byte)',');
            json.AppendJson(BindingText.Order[i]);
        }
        json.Append((byte)']');
    }

    private static GeoBinding BindingOf(ViewerBinding bind, string attribute) => attribute switch
    {
        BindingText.Ip => bind.Ip ? GeoBinding.Required : GeoBinding.None,
        BindingText.Country => bind.Country,
        BindingText.Region => bind.Region,
        _ => bind.City,
    };

    private static string FieldName(string attribute) => attribute switch
    {
        BindingText.Ip => "ip",
        BindingText.Country => "country",
        BindingText.Region => "region",
        _ => "city",
    };
}
