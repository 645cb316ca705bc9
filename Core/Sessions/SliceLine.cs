using Portcullis.Media;

namespace Portcullis.Sessions;

/// <summary>One accepted log line of a session, in fixed size.</summary>
/// <param name="Time">When the edge finished responding, epoch milliseconds.</param>
/// <param name="Taken">How long it took to answer, in milliseconds.</param>
/// <param name="Address">The viewer's address; IPv4 as IPv4-mapped.</param>
/// <param name="Agent">Key of the user agent; its text is in the batch that first shows it.</param>
/// <param name="Asn">Autonomous system number, or 0.</param>
/// <param name="Country">Two letters of the country code, the first in the high byte; 0 where unknown.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Media">What was asked for.</param>
/// <param name="Request">Key of the edge's request id: equal for repeated deliveries of one request.</param>
/// <param name="Cmcd">Key of the player instance's CMCD session id; 0 without one.</param>
public readonly record struct SliceLine(long Time, int Taken, UInt128 Address, uint Agent, uint Asn, ushort Country, ushort Status, MediaRequest Media, uint Request, uint Cmcd)
{
    /// <summary>Whether the viewer got what he asked for.</summary>
    public bool Succeeded => Status is 200 or 206 or 304;

    /// <summary>When the request came, as near as the log tells, epoch milliseconds: players ask in order, answers end in any.</summary>
    internal long Asked => Time - Math.Clamp(Taken, 0, SessionState.LongestTaken);
}
