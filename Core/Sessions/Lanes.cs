namespace Portcullis.Sessions;

/// <summary>
/// The playheads of one session: the least independent players that explain its fetches. Fetches come in order of time, after nothing
/// earlier can come any more, so the outcome does not depend on how the lines were delivered.
/// </summary>
internal struct Lanes
{
    /// <summary>Most playheads that are told apart.</summary>
    public const int Most = 16;

    private Lane[]? _lanes;
    private byte _count;

    public readonly ReadOnlySpan<Lane> All => _lanes.AsSpan(0, _count);

    /// <summary>Places a fetch on the playhead it continues, or on a new one.</summary>
    /// <param name="fetch">The fetch.</param>
    /// <param name="title">Its title.</param>
    /// <param name="rendition">Its rendition.</param>
    /// <param name="minute">Start of the minute, epoch milliseconds.</param>
    public void Place(in Fetch fetch, uint title, uint rendition, long minute)
    {
        var best = -1;
        for (var i = 0; i < _count; i++)
        {
            ref readonly var lane = ref _lanes![i];
            if (lane.Title == title && fetch.Position - lane.Position is >= 1 and <= Lane.LongestStep && (best < 0 || Fits(lane, _lanes[best], fetch, rendition)))
                best = i;
        }
        if (best < 0)
        {
            best = Open();
            _lanes![best] = new Lane { Title = title, Rendition = rendition, Position = fetch.Position, First = -1 };
        }
        _lanes![best].Go(fetch, rendition, minute);
    }

    /// <summary>Ends the minute: forgets playheads that stopped, and starts to count anew.</summary>
    public void NextMinute(long end)
    {
        var kept = 0;
        for (var i = 0; i < _count; i++)
        {
            if (end - _lanes![i].Time > Lane.Idle)
                continue;
            _lanes[kept] = _lanes[i];
            ref var lane = ref _lanes[kept++];
            (lane.First, lane.Advances, lane.Fetches, lane.Viewers, lane.Adapted, lane.IsOld) = (-1, 0, 0, 0, false, true);
        }
        _count = (byte)kept;
        if (kept <= 1 && _lanes is { Length: > 2 })
            Array.Resize(ref _lanes, 1);
    }

    public void Clear() => (_lanes, _count) = (null, 0);

    public readonly void Write(BinaryWriter writer)
    {
        writer.Write(_count);
        foreach (ref readonly var lane in All)
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

    public static Lanes Read(BinaryReader reader)
    {
        var count = reader.ReadByte();
        if (count > Most)
            throw new InvalidDataException($"A session's state holds {count} playheads; at most {Most} are possible.");
        var lanes = new Lanes { _count = count, _lanes = count == 0 ? null : new Lane[count] };
        for (var i = 0; i < count; i++)
        {
            lanes._lanes![i] = new Lane
            {
                Position = reader.ReadInt64(), Time = reader.ReadInt64(), Viewers = reader.ReadUInt64(), Title = reader.ReadUInt32(), Rendition = reader.ReadUInt32(),
                First = reader.ReadInt32(), Advances = reader.ReadUInt16(), Fetches = reader.ReadUInt16(), LastViewer = reader.ReadByte(), Adapted = reader.ReadBoolean(), IsOld = reader.ReadBoolean(),
            };
        }
        return lanes;
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

    private int Open()
    {
        _lanes ??= new Lane[1];
        if (_count < _lanes.Length)
            return _count++;
        if (_count < Most)
        {
            Array.Resize(ref _lanes, Math.Min(_count * 2, Most));
            return _count++;
        }
        var stalest = 0;
        for (var i = 1; i < _count; i++)
        {
            if (_lanes[i].Time < _lanes[stalest].Time)
                stalest = i;
        }
        return stalest;
    }
}
