namespace Portcullis.Revocations;

/// <summary>Why the breaker holds an automatic revocation.</summary>
public enum HoldCause
{
    /// <summary>There were too many on the asset within a minute.</summary>
    Rate = 0,

    /// <summary>Too many of the asset's last minute share its user agent: rather an app version's fault than piracy.</summary>
    UserAgent = 1,

    /// <summary>Too many of the asset's last minute share its network: rather a provider's fault than piracy.</summary>
    Network = 2,
}
