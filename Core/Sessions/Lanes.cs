using System.Diagnostics.CodeAnalysis;

namespace Portcullis.Sessions;

/// <summary>
/// The playheads of one session: the least independent players that explain its fetches. Fetches come in order of time, after nothing
/// earlier can come any more, so the outcome does not depend on how the lines were delivered.
/// </summary>
internal struct Lanes
{
    /// <summary>Most playheads that are told apart.</summary>
    public const int Most = 16;

    // Most sessions have one. Where there are more all are in the session's particulars, in an array as long as they are many.
    private Lane _only;

    /// <summary>All of them.</summary>
    /// <param name="particulars">The session's.</param>
    [UnscopedRef]
    public Span<Lane> All(Particulars? particulars) => particulars?.Lanes is { } several ? several : _only.IsOpen ? new Span<Lane>(ref _only) : default;

    /// <summary>Places a fetch on the playhead it continues, or on a new one.</summary>
    /// <param name="fetch">The fetch.</param>
    /// <param name="title">Its title.</param>
    /// <param name="rendition">Its rendition.</param>
    /// <param name="minute">Start of the minute, epoch milliseconds.</param>
    /// <param name="particulars">The session's; made when there is a second playhead.</param>
    public void Place(in Fetch fetch, uint title, uint rendition, long minute, ref Particulars? particulars)
    {
        var best = -1;
        var lanes = All(particulars);
        for (var i = 0; i < lanes.Length; i++)
        {
            ref readonly var lane = ref lanes[i];
            if (lane.Title == title && fetch.Position - lane.Position is >= 1 and <= Lane.LongestStep && (best < 0 || Fits(lane, lanes[best], fetch, rendition)))
                best = i;
        }
        if (best >= 0)
        {
            lanes[best].Go(fetch, rendition, minute);
            return;
        }
        ref var opened = ref Open(ref particulars);
        opened = new Lane { Title = title, Rendition = rendition, Position = fetch.Position };
        opened.Go(fetch, rendition, minute);
    }

    /// <summary>Ends the minute: forgets playheads that stopped, and starts to count anew.</summary>
    /// <param name="end">When it ends, epoch milliseconds.</param>
    /// <param name="particulars">The session's.</param>
    public void NextMinute(long end, Particulars? particulars)
    {
        var kept = 0;
        var lanes = All(particulars);
        for (var i = 0; i < lanes.Length; i++)
        {
            if (end - lanes[i].Time > Lane.Idle)
                continue;
            lanes[kept] = lanes[i];
            ref var lane = ref lanes[kept++];
            (lane.First, lane.Advances, lane.Fetches, lane.Viewers, lane.Adapted, lane.IsOld) = (-1, 0, 0, 0, false, true);
        }
        if (kept <= 1)
            _only = kept == 0 ? default : lanes[0];
        if (particulars is not null && kept != lanes.Length)
            particulars.Lanes = kept > 1 ? lanes[..kept].ToArray() : null;
    }

    public void Clear(Particulars? particulars)
    {
        _only = default;
        if (particulars is not null)
            particulars.Lanes = null;
    }

    public void Write(BinaryWriter writer, Particulars? particulars)
    {
        var lanes = All(particulars);
        writer.Write((byte)lanes.Length);
        foreach (ref readonly var lane in lanes)
        {
            writer.Write(lane.Position);
            writer.Write(lane.Time);
            writer.Write(lane.Viewers);
            writer.Write(lane.Title);
            writer.Write(lane.Rendition);
            writer.Write(lane.First);
            writer.Write(lane.Advances);
            writer.Write(lane.Fetches);
            writer.Write(lane.LastViewer);
            writer.Write(lane.Adapted);
            writer.Write(lane.IsOld);
        }
    }

    public static Lanes Read(BinaryReader reader, ref Particulars? particulars)
    {
        var count = reader.ReadByte();
        if (count > Most)
            throw new InvalidDataException($"A session's state holds {count} playheads; at most {Most} are possible.");
        var lanes = default(Lanes);
        for (var i = 0; i < count; i++)
        {
            lanes.Open(ref particulars) = new Lane
            {
                Position = reader.ReadInt64(), Time = reader.ReadInt64(), Viewers = reader.ReadUInt64(), Title = reader.ReadUInt32(), Rendition = reader.ReadUInt32(),
                First = ReadFirst(reader), Advances = reader.ReadUInt16(), Fetches = reader.ReadUInt16(), LastViewer = reader.ReadByte(), Adapted = reader.ReadBoolean(), IsOld = reader.ReadBoolean(),
            };
        }
        return lanes;
    }

    private static int ReadFirst(BinaryReader reader)
    {
        var first = reader.ReadInt32();
        return first is >= -1 and <= Lane.MostFirst ? first
            : throw new InvalidDataException($"A session's state holds a playhead that began {first} ms into a minute; at most {Lane.MostFirst} are possible.");
    }

    /// <summary>Whether a playhead is likelier the fetch's than another: one that still plays, the viewer's own, the rendition's, the nearest, the one that waited longest.</summary>
    private static bool Fits(in Lane lane, in Lane than, in Fetch fetch, uint rendition)
    {
        var (own, other) = (!lane.IsIdleAt(fetch.Time), !than.IsIdleAt(fetch.Time));
        if (own != other)
            return own;
        (own, other) = (lane.LastViewer == fetch.Viewer, than.LastViewer == fetch.Viewer);
        if (own != other)
            return own;
        (own, other) = (lane.Rendition == rendition, than.Rendition == rendition);
        if (own != other)
            return own;
        return lane.Position != than.Position ? lane.Position > than.Position : lane.Time < than.Time;
    }

    /// <summary>A place for one more; the one that waited longest gives up its own when they are <see cref="Most"/>.</summary>
    [UnscopedRef]
    private ref Lane Open(ref Particulars? particulars)
    {
        var lanes = All(particulars);
        if (lanes.IsEmpty)
            return ref _only;
        if (lanes.Length < Most)
        {
            particulars ??= new Particulars();
            particulars.Lanes = [.. lanes, default];
            return ref particulars.Lanes[^1];
        }
        ref var stalest = ref lanes[0];
        foreach (ref var lane in lanes[1..])
        {
            if (lane.Time < stalest.Time)
                stalest = ref lane;
        }
        return ref stalest;
    }
}
