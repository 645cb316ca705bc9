using Portcullis.Engine;

namespace Portcullis.Local.Sessions;

/// <summary>Where verdicts go when they rise, and where lifts come from.</summary>
public interface IVerdictSink
{
    /// <summary>Takes a risen verdict. Done when what it asks for is durable.</summary>
    /// <exception cref="StoreUnavailableException">Nothing is known to be kept; deliver again.</exception>
    ValueTask DeliverAsync(SessionReport report, CancellationToken cancellation);

    /// <summary>Whether any session was ever lifted.</summary>
    bool AnyLifts { get; }

    /// <summary>When a session was last lifted, epoch milliseconds, or null.</summary>
    long? LiftedAt(string sid);
}
