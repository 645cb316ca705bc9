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

        if (Select(policy.Bind, viewer, out var required, out var optional) is { } missing)
            return MintResult.Refused($"viewer.{FieldName(missing)}", "is required by the asset's token policy");
        var expires = Math.Min(now + policy.Lifetime, sessionEnds);
        var claims = new SpanText(stackalloc byte[512]);
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
        var segment = new SpanText(stackalloc byte[1024]);
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

    /// <summary>Sorts the attributes to bind into bits by their order. The result is a required one that the viewer does not show, or null.</summary>
    private static BoundAttribute? Select(ViewerBinding bind, IViewer viewer, out int required, out int optional)
    {
        required = 0;
        optional = 0;
        foreach (var attribute in BindingText.Order)
        {
            var binding = BindingOf(bind, attribute);
            if (binding == GeoBinding.None)
                continue;
            if (viewer.ValueOf(attribute) is not null)
                (binding == GeoBinding.Required ? ref required : ref optional) |= Bit(attribute);
            else if (binding == GeoBinding.Required)
                return attribute;
        }
        return null;
    }

    private static int Bit(BoundAttribute attribute) => 1 << (int)attribute;

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
        json.Append(",\"sid\":\""u8);
        json.Append(sid);
        json.Append((byte)'"');
        WriteNames(ref json, ",\"paths\":["u8, policy.Paths);
        WriteNames(ref json, ",\"exc\":["u8, policy.Exc);
        WriteAttributes(ref json, required);
        WriteNames(ref json, ",\"headers\":["u8, policy.Bind.Headers);
        WriteNames(ref json, ",\"qs\":["u8, policy.Bind.Query);

        if (required != 0 || policy.Bind.Headers.Count > 0 || policy.Bind.Query.Count > 0)
            WriteBinding(ref json, policy.Bind, viewer, sid, key, required);
        if (optional != 0)
            WriteOptional(ref json, viewer, sid, key, optional);
        json.Append((byte)'}');
    }

    private static void WriteBinding(ref SpanText json, ViewerBinding bind, IViewer viewer, string sid, SigningKey key, int required)
    {
        var text = new SpanText(stackalloc byte[512]);
        Span<byte> mac = stackalloc byte[32];
        AppendBound(ref text, bind, viewer, sid, required);
        key.Bind(text.Written, mac);
        text.Dispose();
        json.Append(",\"bind\":\""u8);
        json.AppendBase64Url(mac);
        json.Append((byte)'"');
    }

    // Apart from the buffer: a method with both a loop and stackalloc never reaches the compiler's profiled tier.
    private static void AppendBound(ref SpanText text, ViewerBinding bind, IViewer viewer, string sid, int required)
    {
        text.AppendLine("sid"u8, sid);
        foreach (var attribute in BindingText.Order)
        {
            if ((required & Bit(attribute)) != 0)
                text.AppendLine(BindingText.NameOf(attribute), viewer.ValueOf(attribute));
        }
        for (var i = 0; i < bind.Headers.Count; i++)
        {
            text.Append("h."u8);
            text.AppendLine(bind.Headers[i].AsSpan(), viewer.Header(bind.Headers[i]));
        }
        for (var i = 0; i < bind.Query.Count; i++)
        {
            text.Append("q."u8);
            text.AppendLine(bind.Query[i].AsSpan(), viewer.Query(bind.Query[i]));
        }
    }

    private static void WriteOptional(ref SpanText json, IViewer viewer, string sid, SigningKey key, int optional)
    {
        Span<byte> mac = stackalloc byte[32];
        var start = ",\"opt\":{\""u8;
        foreach (var attribute in BindingText.Order)
        {
            if ((optional & Bit(attribute)) == 0)
                continue;
            TokenBinding.OfAttribute(key, sid, attribute, viewer, mac);
            json.Append(start);
            json.Append(BindingText.NameOf(attribute));
            json.Append("\":\""u8);
            json.AppendBase64Url(mac);
            json.Append((byte)'"');
            start = ",\""u8;
        }
        json.Append((byte)'}');
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
        var start = ",\"attr\":[\""u8;
        foreach (var attribute in BindingText.Order)
        {
            if ((required & Bit(attribute)) == 0)
                continue;
            json.Append(start);
            json.Append(BindingText.NameOf(attribute));
            json.Append((byte)'"');
            start = ",\""u8;
        }
        json.Append((byte)']');
    }

    private static GeoBinding BindingOf(ViewerBinding bind, BoundAttribute attribute) => attribute switch
    {
        BoundAttribute.Ip => bind.Ip ? GeoBinding.Required : GeoBinding.None,
        BoundAttribute.Country => bind.Country,
        BoundAttribute.Region => bind.Region,
        _ => bind.City,
    };

    private static string FieldName(BoundAttribute attribute) => attribute switch
    {
        BoundAttribute.Ip => "ip",
        BoundAttribute.Country => "country",
        BoundAttribute.Region => "region",
        _ => "city",
    };
}
