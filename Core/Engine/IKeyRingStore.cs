using Portcullis.Keys;

namespace Portcullis.Engine;

/// <summary>Where a key ring lies, together with the secrets of its keys.</summary>
public interface IKeyRingStore
{
    /// <summary>The ring as it was last known to be stored; its live keys are in <see cref="IKeyStore.Current"/>.</summary>
    KeyRing Ring { get; }

    /// <summary>Reads the ring anew: what to do when a commit's outcome is not known.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    ValueTask<KeyRing> ReadAsync(CancellationToken cancellation = default);

    /// <summary>Stores a step with what it asks for secrets, whole or not at all; then <see cref="Ring"/> and the live keys follow.</summary>
    /// <returns>The ring that is stored now: another than the step's where the stored one was not the one it started from, and nothing was changed then.</returns>
    /// <exception cref="StoreUnavailableException">Whether it is stored is not known.</exception>
    ValueTask<KeyRing> CommitAsync(KeyRingStep step, CancellationToken cancellation = default);

    /// <summary>Says which key of the ring new tokens are signed with, from now on; null for none.</summary>
    void Permit(MintPermit? permit);
}
