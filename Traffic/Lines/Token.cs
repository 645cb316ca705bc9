using Portcullis.Traffic.Randomness;

namespace Portcullis.Traffic.Lines;

/// <summary>A playback token as a path segment: a random text of the form and length of a real one. It opens nothing.</summary>
internal sealed class Token
{
    private const int SignatureLength = 43;

    private Token(byte[] sid, byte[] segment) => (Sid, Segment) = (sid, segment);

    /// <summary>The session id.</summary>
    public byte[] Sid { get; }

    /// <summary>A slash, sid, header, payload and signature.</summary>
    public byte[] Segment { get; }

    /// <summary>A token of a new session.</summary>
    public static Token Mint(ref Rng rng)
    {
        // Half of the services name the account in the sid.
        var tagged = rng.Chance(0.5);
        var sid = new byte[tagged ? 27 : 16];
        Base64Url.FillAlphanumeric(sid, ref rng);
        if (tagged)
            sid[10] = (byte)'_';
        return Mint(sid, ref rng);
    }

    /// <summary>Another token of the same session, after a renewal.</summary>
    public Token Renew(ref Rng rng) => Mint(Sid, ref rng);

    /// <summary>A text with this session's sid that no key signed.</summary>
    public Token Forge(ref Rng rng) => Mint(Sid, ref rng);

    private static Token Mint(byte[] sid, ref Rng rng)
    {
        int header = rng.Between(70, 96), payload = rng.Between(216, 290);
        var segment = new byte[1 + sid.Length + 1 + header + 1 + payload + 1 + SignatureLength];
        segment[0] = (byte)'/';
        sid.CopyTo(segment, 1);
        var rest = segment.AsSpan(1 + sid.Length);
        Base64Url.Fill(rest, ref rng);
        rest[0] = rest[header + 1] = rest[header + payload + 2] = (byte)'.';
        // Every JSON object begins so.
        "eyJ"u8.CopyTo(rest[1..]);
        "eyJ"u8.CopyTo(rest[(header + 2)..]);
        return new Token(sid, segment);
    }
}
