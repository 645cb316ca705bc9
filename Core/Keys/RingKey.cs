namespace Portcullis.Keys;

/// <summary>A v2 key as the ring knows it: without its secrets.</summary>
/// <param name="KeyId">The key id. One id is never given to two keys.</param>
/// <param name="State">Where it is on its way.</param>
/// <param name="Since">Epoch seconds at which it came into that state.</param>
public sealed record RingKey(string KeyId, KeyState State, long Since)
{
    /// <summary>
    /// The last epoch second in which it may sign, extended while it does. Stored before it has effect, so that even after a crash
    /// and with a clock that was set back it is known when the youngest of its tokens may have been minted.
    /// </summary>
    public long SignsUntil { get; init; }

    /// <summary>Epoch seconds at which the last of its tokens has ended; null unless <see cref="KeyState.Verifying"/>.</summary>
    public long? Until { get; init; }

    /// <summary>The targets that hold it: read back, and settled. In ordinal order.</summary>
    public IReadOnlyList<string> HeldBy { get; init; } = [];

    /// <summary>Whether targets must hold it.</summary>
    internal bool IsLive => State != KeyState.Retired;

    internal bool IsHeldBy(IReadOnlyList<TargetKeys> targets) => targets.All(target => HeldBy.Contains(target.Name));
}
