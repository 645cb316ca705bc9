namespace Portcullis.Engine;

/// <summary>Erases what is known of an account, in memory and on disk.</summary>
public interface IAccountErasure
{
    /// <summary>
    /// Erases settings, slots, the states of the account's sessions with their evidence and viewers, and the texts of decisions about them.
    /// Who is blocked until when stays, under the pseudonym. Erasing again is safe.
    /// </summary>
    /// <param name="tag">The account's tag.</param>
    /// <param name="cancellation">Ends the wait; the outcome is then unknown.</param>
    /// <exception cref="StoreUnavailableException">Something could not be erased now; erase again.</exception>
    ValueTask<ErasureReport> EraseAsync(string tag, CancellationToken cancellation = default);
}

/// <summary>How much was erased.</summary>
/// <param name="Sessions">States of sessions, in memory or stored.</param>
/// <param name="Decisions">Decisions whose texts were erased.</param>
/// <param name="Slots">Sessions of which only the token's times were known.</param>
public sealed record ErasureReport(int Sessions, int Decisions, int Slots);
