using Portcullis.Keys;

namespace Portcullis.Engine;

/// <summary>The rotation of the keys behind v2 tokens.</summary>
public interface IKeyRotation
{
    /// <summary>The ring as it is stored.</summary>
    KeyRing Ring { get; }

    /// <summary>How the rotation under way is doing; null when there is none.</summary>
    RotationStatus? Status { get; }

    /// <summary>Begins a rotation, or joins the one under way. It is stored when this returns.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellation">Ends the wait; the outcome is then unknown, and asking again joins what has begun.</param>
    /// <exception cref="StoreUnavailableException">Whether one has begun is not known; after asking for an emergency rotation nothing is signed until it is.</exception>
    ValueTask<KeyRotationOutcome> RotateAsync(KeyRotationRequest request, CancellationToken cancellation = default);
}
