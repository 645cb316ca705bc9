using Portcullis.Tokens.Signed;

namespace Portcullis.Tokens;

/// <summary>What the tokens of an asset may do and what they are bound to.</summary>
public sealed record TokenPolicy
{
    /// <value>How long one token is valid, in seconds; 10 to 86,400. Default 14,400 (4 h).</value>
    public int Lifetime { get; init; } = 14_400;

    /// <value>How long renewals may extend a session after its first mint, in seconds; at least <see cref="Lifetime"/>, at most 604,800. Default 43,200 (12 h).</value>
    public int MaxSession { get; init; } = 43_200;

    /// <value>Paths the token admits, compared on segment boundaries. Empty: the folder of the asset's path.</value>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <value>Paths on which only signature, times and sid are checked. Default none.</value>
    public IReadOnlyList<string> Exc { get; init; } = [];

    /// <value>The viewer attributes that tokens are bound to. Default none but the sid, which always is.</value>
    public ViewerBinding Bind { get; init; } = new();

    /// <value>How many viewers may play one session at the same time; 1 to 100. Default 1.</value>
    public int AllowedViewers { get; init; } = 1;

    /// <value>How the right to play travels with requests. Default: in the path.</value>
    public Carriage Carriage { get; init; }

    /// <value>How URLs or cookies are signed, where <see cref="Carriage"/> says that they are.</value>
    public SignedOptions Signed { get; init; } = new();

    /// <summary>Whether CloudFront's signatures take the place of tokens.</summary>
    internal bool IsSigned => Carriage is Carriage.SignedUrl or Carriage.SignedCookie;
}
