namespace Portcullis.Sessions;

/// <summary>The stored form of a session's state.</summary>
public sealed partial class SessionState
{
    private const byte StorageVersion = 3;

    /// <summary>Writes the state in its versioned binary form.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="agents">Texts of user agents, which are stored with it.</param>
    public void Write(BinaryWriter writer, AgentTexts agents)
    {
        writer.Write(StorageVersion);
        writer.Write(AssetId ?? "");
        foreach (var number in (ReadOnlySpan<long>)[FirstSeen, LastSeen, Lines, LateLines, ResetAt, _settledUntil, MinuteEnd, StartOf(_sideMinute), StartOf(_lesserMinute)])
            writer.Write(number);
        writer.Write(_segmentMilliseconds);
        writer.Write(IsApart);
        writer.Write(_viewerCount);
        for (var i = 0; i < _viewerCount; i++)
            Write(writer, Viewer(i), agents);
        writer.Write((byte)Renditions.Length);
        foreach (var (title, rendition) in Renditions)
        {
            writer.Write(title);
            writer.Write(rendition);
        }
        writer.Write((byte)Verdict.Action);
        writer.Write(Verdict.Score);
        writer.Write(Verdict.DecidedAt);
        writer.Write(Verdict.Evidence.Count);
        foreach (var finding in Verdict.Evidence)
        {
            writer.Write(finding.Detector);
            writer.Write(finding.Weight);
            writer.Write(finding.Sentence);
            writer.Write(finding.Count);
            writer.Write(finding.At);
            writer.Write(finding.IsDecisive);
        }
        var counts = Counts;
        foreach (var count in (ReadOnlySpan<ushort>)[counts.Apart, counts.Cloned, counts.Rotating, counts.Near, counts.Mixed, _steadyMinutes, _fastMinutes, _particulars?.BulkMinutes ?? 0, _fetchesOfMinute])
            writer.Write(count);
        writer.Write(_particulars?.Coverage is not null);
        _particulars?.Coverage?.Write(writer);
        _lanes.Write(writer, _particulars);
        var fetches = _fetches.Read(new Fetch[_fetches.Count]);
        writer.Write(fetches.Length);
        foreach (ref readonly var fetch in fetches)
        {
            writer.Write(fetch.Time);
            writer.Write(fetch.Position);
            writer.Write(fetch.Viewer);
            writer.Write(fetch.Rendition);
            writer.Write(fetch.Request);
        }
    }

    /// <summary>Reads a state back.</summary>
    /// <param name="sid">The session.</param>
    /// <param name="reader">Where from.</param>
    /// <param name="agents">Takes the texts of user agents.</param>
    /// <exception cref="InvalidDataException">The bytes are of an unknown version or damaged.</exception>
    /// <exception cref="EndOfStreamException">The bytes end early.</exception>
    public static SessionState Read(string sid, BinaryReader reader, AgentTexts agents)
    {
        var version = reader.ReadByte();
        if (version != StorageVersion)
            throw new InvalidDataException($"Session state has version {version}; this build reads {StorageVersion}.");
        var asset = reader.ReadString();
        var state = new SessionState(sid)
        {
            AssetId = asset.Length == 0 ? null : asset,
            FirstSeen = reader.ReadInt64(),
            LastSeen = reader.ReadInt64(),
            _lines = (uint)Math.Clamp(reader.ReadInt64(), 0, uint.MaxValue),
        };
        var (lateLines, ignoreUntil) = (reader.ReadInt64(), reader.ReadInt64());
        (state._settledUntil, state.MinuteEnd) = (reader.ReadInt64(), reader.ReadInt64());
        (state._sideMinute, state._lesserMinute) = (MinuteFrom(reader.ReadInt64()), MinuteFrom(reader.ReadInt64()));
        (state._segmentMilliseconds, state.IsApart) = (reader.ReadUInt16(), reader.ReadBoolean());
        state._viewerCount = Bounded(reader.ReadByte(), MaxViewers, "viewers");
        for (var i = 0; i < state._viewerCount; i++)
        {
            state.MakeRoomForViewer(i);
            state.Viewer(i) = ReadViewer(reader, agents);
        }
        for (var renditions = Bounded(reader.ReadByte(), MaxRenditions, "renditions"); renditions > 0; renditions--)
            state.Add(new RenditionKey(reader.ReadUInt32(), reader.ReadUInt32()));
        var (action, score, decidedAt) = ((VerdictAction)reader.ReadByte(), reader.ReadInt32(), reader.ReadInt64());
        var evidence = new Finding[Bounded(reader.ReadInt32(), byte.MaxValue, "findings")];
        for (var i = 0; i < evidence.Length; i++)
            evidence[i] = new Finding(reader.ReadString(), reader.ReadInt32(), reader.ReadString(), reader.ReadInt32(), reader.ReadInt64()) { IsDecisive = reader.ReadBoolean() };
        var counts = new MinuteCounts { Apart = reader.ReadUInt16(), Cloned = reader.ReadUInt16(), Rotating = reader.ReadUInt16(), Near = reader.ReadUInt16(), Mixed = reader.ReadUInt16() };
        (state._steadyMinutes, state._fastMinutes) = (reader.ReadUInt16(), (byte)reader.ReadUInt16());
        var (bulk, fetchesOfMinute) = (reader.ReadUInt16(), reader.ReadUInt16());
        state._fetchesOfMinute = (byte)fetchesOfMinute;
        var coverage = reader.ReadBoolean() ? Coverage.Read(reader) : null;
        if (lateLines != 0 || ignoreUntil != 0 || action != VerdictAction.Observe || evidence.Length > 0 || counts != default)
            (state.Particulars.LateLines, state.Particulars.IgnoreUntil, state.Verdict, state.Particulars.Counts) = (lateLines, ignoreUntil, new SessionVerdict(action, score, evidence, decidedAt), counts);
        if (coverage is not null)
            (state.Particulars.Coverage, state.Particulars.BulkMinutes) = (coverage, bulk);
        state._lanes = Lanes.Read(reader, ref state._particulars);
        var scratch = new Fetch[FetchLog.MaxFetches];
        for (var fetches = reader.ReadInt32(); fetches > 0; fetches--)
        {
            var fetch = new Fetch(reader.ReadInt64(), reader.ReadInt64(), reader.ReadByte(), reader.ReadByte(), reader.ReadByte());
            if (fetch.Viewer >= state._viewerCount || fetch.Rendition >= state.Renditions.Length)
                throw new InvalidDataException("A session's state holds a fetch of a viewer or rendition that it does not name.");
            state._fetches.Add(fetch, long.MinValue, scratch);
        }
        return state;
    }

    /// <summary>Stored is a time within the minute, epoch milliseconds; the greatest there is for none.</summary>
    private static long StartOf(uint minute) => minute == uint.MaxValue ? long.MaxValue : minute * MinuteLength;

    private static uint MinuteFrom(long time) => time == long.MaxValue ? uint.MaxValue : MinuteOf(time);

    private static byte Bounded(int count, int most, string what) =>
        count >= 0 && count <= most ? (byte)count : throw new InvalidDataException($"A session's state holds {count} {what}; at most {most} are possible.");

    private static void Write(BinaryWriter writer, in SeenViewer viewer, AgentTexts agents)
    {
        writer.Write((ulong)(viewer.Address >> 64));
        writer.Write((ulong)viewer.Address);
        writer.Write(agents.Find(viewer.Agent));
        foreach (var number in (ReadOnlySpan<uint>)[viewer.Agent, viewer.Asn, viewer.Country, (uint)viewer.Lines, viewer.FirstSeen, viewer.LastSeen, viewer.Player, viewer.PlayerAt, viewer.OtherPlayer, viewer.OtherPlayerAt, viewer.NamelessAt])
            writer.Write(number);
    }

    private static SeenViewer ReadViewer(BinaryReader reader, AgentTexts agents)
    {
        var viewer = new SeenViewer { Address = new UInt128(reader.ReadUInt64(), reader.ReadUInt64()) };
        var text = reader.ReadString();
        viewer.Agent = reader.ReadUInt32();
        if (text.Length > 0)
            agents.Add(new AgentText(viewer.Agent, text));
        (viewer.Asn, viewer.Country, viewer.Lines) = (reader.ReadUInt32(), (ushort)reader.ReadUInt32(), (int)reader.ReadUInt32());
        (viewer.FirstSeen, viewer.LastSeen) = (reader.ReadUInt32(), reader.ReadUInt32());
        (viewer.Player, viewer.PlayerAt, viewer.OtherPlayer, viewer.OtherPlayerAt) = (reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32());
        viewer.NamelessAt = reader.ReadUInt32();
        return viewer;
    }
}
