namespace Portcullis.Sessions;

/// <summary>In how many minutes more players than allowed did what only repetition makes telling.</summary>
internal record struct MinuteCounts
{
    /// <summary>Minutes with players apart, with cloned viewers, with rotating ones, with players that kept to near networks, and with ones that mixed them.</summary>
    public ushort Apart, Cloned, Rotating, Near, Mixed;

    /// <summary>Takes in one more minute.</summary>
    /// <param name="minute">A minute with more playheads than allowed.</param>
    /// <param name="allowedViewers">Viewers that the token policy allows at the same time.</param>
    public void Add(in Minute minute, int allowedViewers)
    {
        Apart += (ushort)(minute.Apart > allowedViewers ? 1 : 0);
        Cloned += (ushort)(minute.Clones > allowedViewers ? 1 : 0);
        Rotating += (ushort)(minute is { Homes: >= 3, Agents: >= 3 } ? 1 : 0);
        Near += (ushort)(minute.NearApart ? 1 : 0);
        Mixed += (ushort)(!minute.NearApart && minute.Viewers > 1 ? 1 : 0);
    }
}
