using Portcullis.Logs;

namespace Portcullis.Sessions.Baselines;

/// <summary>A published detection rule of another system, run on the same lines as our detectors, to be compared with them.</summary>
/// <remarks>Event time only; one reader; decides about a session once.</remarks>
public interface IBaseline
{
    /// <summary>Its name on the command line, such as <c>smde-v1</c>.</summary>
    string Name { get; }

    /// <summary>Fields that a log must have for the rule to mean anything, as CloudFront names them.</summary>
    IReadOnlyList<string> NeededFields { get; }

    /// <summary>Takes the next line in the order of delivery.</summary>
    /// <param name="line">Any parsed line, refused and unrelated ones as well.</param>
    /// <param name="standing">Whether it counts for a session.</param>
    /// <param name="sid">The session that an accepted line counts for.</param>
    /// <returns>What was decided before the line was taken, or by it; mostly nothing.</returns>
    IReadOnlyList<BaselineDecision> Observe(in LogLine line, LineStanding standing, ReadOnlySpan<byte> sid);

    /// <summary>Ends the trace: judges what is still waiting to be judged, at the time at which it would be.</summary>
    IReadOnlyList<BaselineDecision> Complete();
}
