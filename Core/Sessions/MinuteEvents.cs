namespace Portcullis.Sessions;

/// <summary>How many positions were doubled, crowded or shared at home within one minute of event time.</summary>
internal struct MinuteEvents
{
    /// <summary>Start of the minute, epoch milliseconds; 0 for none.</summary>
    public long Start;

    public int Doubled, Crowded, Household, Concurrent, ConcurrentNetworks;
    public long DoubledAt, HouseholdAt, ConcurrentAt;

    /// <summary>This minute and the one before, taken together.</summary>
    public readonly PlayheadFeatures With(in MinuteEvents before)
    {
        var concurrentNow = Concurrent >= before.Concurrent;
        return new(
            Doubled + before.Doubled,
            Crowded + before.Crowded,
            Math.Max(DoubledAt, before.DoubledAt),
            Household + before.Household,
            Math.Max(HouseholdAt, before.HouseholdAt),
            concurrentNow ? Concurrent : before.Concurrent,
            concurrentNow ? ConcurrentNetworks : before.ConcurrentNetworks,
            concurrentNow ? ConcurrentAt : before.ConcurrentAt);
    }

    public readonly void Write(BinaryWriter writer)
    {
        writer.Write(Start);
        foreach (var value in (ReadOnlySpan<int>)[Doubled, Crowded, Household, Concurrent, ConcurrentNetworks])
            writer.Write(value);
        foreach (var value in (ReadOnlySpan<long>)[DoubledAt, HouseholdAt, ConcurrentAt])
            writer.Write(value);
    }

    public static MinuteEvents Read(BinaryReader reader) => new()
    {
        Start = reader.ReadInt64(),
        Doubled = reader.ReadInt32(),
        Crowded = reader.ReadInt32(),
        Household = reader.ReadInt32(),
        Concurrent = reader.ReadInt32(),
        ConcurrentNetworks = reader.ReadInt32(),
        DoubledAt = reader.ReadInt64(),
        HouseholdAt = reader.ReadInt64(),
        ConcurrentAt = reader.ReadInt64(),
    };
}
