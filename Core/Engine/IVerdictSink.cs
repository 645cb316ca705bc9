using Portcullis.Sessions;

namespace Portcullis.Engine;

/// <summary>Where verdicts go when they rise or are still to be enforced, and where lifts come from.</summary>
public interface IVerdictSink
{
    /// <summary>Takes a verdict. Done when what it asks for is durable.</summary>
    /// <returns>False when it asks for a revocation that is not enforced now: it comes again with the session's later lines.</returns>
    /// <exception cref="StoreUnavailableException">Nothing is known to be kept; deliver again.</exception>
    ValueTask<bool> DeliverAsync(SessionReport report, CancellationToken cancellation);

    /// <summary>Whether any session was lifted, or what was held of it dropped.</summary>
    bool AnyLifts { get; }

    /// <summary>When a session was last lifted, or what was held of it dropped: epoch milliseconds, or null.</summary>
    long? LiftedAt(string sid);
}
