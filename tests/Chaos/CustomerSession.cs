namespace Portcullis.Chaos;

/// <summary>A session that a back-end was given a token for, and that nobody else renews or revokes.</summary>
internal sealed class CustomerSession(Customer customer, string sid, MintedToken first)
{
    public Customer Customer => customer;

    public string Sid => sid;

    /// <summary>What an account's sessions are listed by.</summary>
    public string Reference => sid[^8..];

    /// <summary>Its tokens whose keys were not dropped, as far as is known.</summary>
    public List<MintedToken> Tokens { get; } = [first];

    /// <summary>Whether it is revoked; null while the request has no answer.</summary>
    public bool? IsRevoked { get; set; } = false;
}
