namespace Portcullis.Keys;

/// <summary>What is known of the keys at a target.</summary>
/// <param name="Name">The target.</param>
/// <param name="Settle">How long a target that shows a change may take until it has it everywhere.</param>
/// <param name="Held">What it was seen to hold; null when it has not been read since the service started.</param>
public sealed record TargetKeys(string Name, TimeSpan Settle, HeldKeys? Held)
{
    /// <summary>Whether it holds a key everywhere.</summary>
    public bool Confirms(string keyId) => Held?.HeldFor(keyId) >= Settle;

    /// <summary>Whether it is known not to hold a key everywhere: it has none, or was seen without and has not had time to spread it.</summary>
    public bool Lacks(string keyId) => Held is not null && (!Held.Holds(keyId) || (Held.HasArrived(keyId) && !Confirms(keyId)));

    /// <summary>Whether it is known to hold a key nowhere.</summary>
    public bool IsRidOf(string keyId) => Held?.AbsentFor(keyId) >= Settle;
}
