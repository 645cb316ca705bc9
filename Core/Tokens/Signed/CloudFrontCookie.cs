namespace Portcullis.Tokens.Signed;

/// <summary>A cookie that the player must send to the edge: a bearer secret, never to be logged.</summary>
/// <param name="Name">The cookie's name, such as <c>CloudFront-Policy</c>.</param>
/// <param name="Value">The cookie's value.</param>
/// <param name="Path">The path under which it is sent: the session's, so that sessions do not overwrite each other.</param>
/// <param name="Domain">The domain it is sent to; null: the host that sets it.</param>
/// <param name="Expires">When a browser forgets it: the end of the policy.</param>
public sealed record CloudFrontCookie(string Name, string Value, string Path, string? Domain, DateTimeOffset Expires)
{
    /// <summary>Sent over TLS only.</summary>
    public bool Secure => true;

    /// <summary>Hidden from scripts.</summary>
    public bool HttpOnly => true;

    /// <summary><c>None</c>: the page and the media are usually on different sites.</summary>
    public string SameSite => "None";

    /// <summary>The value of a <c>Set-Cookie</c> header (RFC 6265, section 4.1).</summary>
    public string ToHeader() =>
        $"{Name}={Value}; Path={Path}{(Domain is null ? "" : $"; Domain={Domain}")}; Expires={Expires.ToUniversalTime():R}; Secure; HttpOnly; SameSite={SameSite}";

    /// <summary>Shows the name only.</summary>
    public override string ToString() => $"{Name}=…";
}
