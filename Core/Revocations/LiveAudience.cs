namespace Portcullis.Revocations;

/// <summary>What the breaker must know of an asset's live sessions to judge one decision.</summary>
/// <param name="Sessions">How many there are.</param>
/// <param name="AgentShare">The share of them, 0 to 1, whose user agent is the decision's; 0 where that is not known.</param>
/// <param name="NetworkShare">The share of them, 0 to 1, whose network is the decision's; 0 where that is not known.</param>
public readonly record struct LiveAudience(int Sessions, double AgentShare, double NetworkShare)
{
    /// <summary>Nothing is known: the least limit holds, and whatever is concentrated is suspicious.</summary>
    public static readonly LiveAudience Unknown;
}
