using Portcullis.Sessions.Detectors;

namespace Portcullis.Sessions;

/// <summary>In how many minutes a session did what only repetition makes telling.</summary>
internal struct MinuteCounts
{
    /// <summary>Minutes with players apart, with cloned viewers, with rotating ones, with players that kept to near networks, and with ones that mixed them.</summary>
    public ushort Apart, Cloned, Rotating, Near, Mixed;

    /// <summary>Minutes on end of steady fetching, of fetching far above real time, and of so much of it that its order tells nothing.</summary>
    public ushort Steady, Fast, Bulk;

    /// <summary>Takes in one more minute.</summary>
    /// <param name="minute">The minute.</param>
    /// <param name="allowedViewers">Viewers that the token policy allows at the same time.</param>
    /// <param name="pace">What is fast.</param>
    public void Add(in Minute minute, int allowedViewers, PaceOptions pace)
    {
        var surplus = minute.Playheads > allowedViewers;
        Apart += (ushort)(minute.Apart > allowedViewers ? 1 : 0);
        Cloned += (ushort)(minute.Clones > allowedViewers ? 1 : 0);
        Rotating += (ushort)(surplus && minute is { Homes: >= 3, Agents: >= 3 } ? 1 : 0);
        Near += (ushort)(surplus && minute.NearApart ? 1 : 0);
        Mixed += (ushort)(surplus && !minute.NearApart && minute.Viewers > 1 ? 1 : 0);
        Steady = (ushort)(minute.IsSteady ? Steady + 1 : 0);
        Fast = (ushort)(minute.Pace >= pace.FastFrom ? Fast + 1 : 0);
        Bulk = (ushort)(minute.Volume >= pace.BulkFrom ? Bulk + 1 : 0);
    }

    public readonly void Write(BinaryWriter writer)
    {
        foreach (var count in (ReadOnlySpan<ushort>)[Apart, Cloned, Rotating, Near, Mixed, Steady, Fast, Bulk])
            writer.Write(count);
    }

    public static MinuteCounts Read(BinaryReader reader) => new()
    {
        Apart = reader.ReadUInt16(), Cloned = reader.ReadUInt16(), Rotating = reader.ReadUInt16(), Near = reader.ReadUInt16(), Mixed = reader.ReadUInt16(), Steady = reader.ReadUInt16(), Fast = reader.ReadUInt16(), Bulk = reader.ReadUInt16(),
    };
}
