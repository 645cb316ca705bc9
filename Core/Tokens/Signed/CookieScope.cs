namespace Portcullis.Tokens.Signed;

/// <summary>Where a browser sends signed cookies.</summary>
/// <param name="Path">The path, such as <c>/&lt;sid&gt;/</c>.</param>
/// <param name="Domain">The domain, when a back-end sets cookies for the media host beside it; null: the host that sets them.</param>
public sealed record CookieScope(string Path, string? Domain = null);
