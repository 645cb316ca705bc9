namespace Portcullis.Access;

/// <summary>What the holder of an API key may do. Each role includes the ones before it.</summary>
public enum ApiRole
{
    /// <summary>Mint and renew tokens: app back-ends.</summary>
    Issuer = 0,

    /// <summary>Watch sessions, revoke and lift: people on watch.</summary>
    Operator = 1,

    /// <summary>Change assets, keys and API keys.</summary>
    Admin = 2,
}

/// <summary>An API key as it is stored: never the key itself.</summary>
/// <param name="Id">Public id.</param>
/// <param name="Name">What the key is for; at most 100 characters.</param>
/// <param name="Role">What its holder may do.</param>
/// <param name="Created">When it was made.</param>
public sealed record ApiKey(string Id, string Name, ApiRole Role, DateTimeOffset Created);
