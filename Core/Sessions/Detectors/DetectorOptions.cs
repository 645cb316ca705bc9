namespace Portcullis.Sessions.Detectors;

/// <summary>What every detector's options have.</summary>
public abstract record DetectorOptions
{
    /// <value>Whether its findings may revoke. Otherwise they are shown, and flag at most. Default true.</value>
    public bool Armed { get; init; } = true;
}
