namespace Portcullis.Sessions;

/// <summary>How many positions were doubled or crowded within one minute of event time.</summary>
internal struct MinuteEvents
{
    /// <summary>Start of the minute, epoch milliseconds; 0 for none.</summary>
    public long Start;

    public int Doubled, Crowded, Anywhere, Concurrent, ConcurrentNetworks;
    public long DoubledAt, AnywhereAt, ConcurrentAt;

    /// <summary>This minute and the one before, taken together.</summary>
    public readonly PlayheadFeatures With(in MinuteEvents before)
    {
        var concurrentNow = (ConcurrentNetworks > 1, Concurrent, ConcurrentNetworks).CompareTo((before.ConcurrentNetworks > 1, before.Concurrent, before.ConcurrentNetworks)) >= 0;
        return new(
            Doubled + before.Doubled,
            Crowded + before.Crowded,
            Math.Max(DoubledAt, before.DoubledAt),
            Anywhere + before.Anywhere,
            Math.Max(AnywhereAt, before.AnywhereAt),
            concurrentNow ? Concurrent : before.Concurrent,
            concurrentNow ? ConcurrentNetworks : before.ConcurrentNetworks,
            concurrentNow ? ConcurrentAt : before.ConcurrentAt);
    }

    public readonly void Write(BinaryWriter writer)
    {
        writer.Write(Start);
        foreach (var value in (ReadOnlySpan<int>)[Doubled, Crowded, Anywhere, Concurrent, ConcurrentNetworks])
            writer.Write(value);
        foreach (var value in (ReadOnlySpan<long>)[DoubledAt, AnywhereAt, ConcurrentAt])
            writer.Write(value);
    }

    public static MinuteEvents Read(BinaryReader reader) => new()
    {
        Start = reader.ReadInt64(),
        Doubled = reader.ReadInt32(),
        Crowded = reader.ReadInt32(),
        Anywhere = reader.ReadInt32(),
        Concurrent = reader.ReadInt32(),
        ConcurrentNetworks = reader.ReadInt32(),
        DoubledAt = reader.ReadInt64(),
        AnywhereAt = reader.ReadInt64(),
        ConcurrentAt = reader.ReadInt64(),
    };
}
