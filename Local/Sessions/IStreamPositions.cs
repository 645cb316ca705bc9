using Portcullis.Engine;

namespace Portcullis.Local.Sessions;

/// <summary>How far the readers of a log stream are, for whoever keeps the sessions that they feed.</summary>
public interface IStreamPositions
{
    /// <summary>The lines' clock, epoch milliseconds: the clock, or the newest line's time while older lines are still being read, whose sessions are not idle.</summary>
    long EventTime { get; }

    /// <summary>
    /// Does something while no batch is under way, and notes the positions of that moment: states that are taken in it and positions belong
    /// together to the line.
    /// </summary>
    /// <param name="atRest">What to do; it does not wait for anything.</param>
    /// <param name="cancellation">Ends the wait for the batches under way.</param>
    /// <returns>False when nothing was done, because of some batch it is not known whether it was observed wholly.</returns>
    ValueTask<bool> NoteAsync(Action atRest, CancellationToken cancellation);

    /// <summary>Saves the positions that were noted last: reading goes on there after a restart. Durable when the task completes.</summary>
    /// <exception cref="StoreUnavailableException">They cannot be saved now.</exception>
    ValueTask SaveAsync(CancellationToken cancellation);
}
