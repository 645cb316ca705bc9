namespace Portcullis.Sessions;

/// <summary>Accepted lines of one read, grouped by session. The engine owns it until its task completes.</summary>
/// <remarks>Built to be filled again and again without allocating: lines in one array, each session's chained in the order they were read.</remarks>
public sealed class SessionBatch
{
    private const int LeastSlots = 1024;

    private readonly List<AgentText> _agents = [];
    private SliceLine[] _lines = new SliceLine[1024];
    private int[] _next = new int[1024];
    private Session[] _sessions = new Session[256];
    private byte[] _sids = new byte[8192];
    private int[] _slots = new int[LeastSlots];
    private int _lineCount, _sidBytes, _current;

    /// <summary>How many sessions have lines in it.</summary>
    public int Count { get; private set; }

    /// <summary>How many lines it has.</summary>
    public int LineCount => _lineCount;

    /// <summary>User agents that the reader had not met before.</summary>
    public IReadOnlyList<AgentText> Agents => _agents;

    /// <summary>One session's lines.</summary>
    public SessionSlice this[int index] => new(this, index);

    /// <summary>Adds a line to its session's slice.</summary>
    /// <param name="sid">The session, a valid sid in ASCII.</param>
    /// <param name="line">The line.</param>
    /// <returns>Whether it is the session's first line in this batch.</returns>
    public bool Add(ReadOnlySpan<byte> sid, in SliceLine line)
    {
        var hash = SidHash.Of(sid);
        var slot = Find(sid, hash);
        var isNew = _slots[slot] == 0;
        _current = isNew ? Open(slot, sid, hash) : _slots[slot] - 1;
        ref var session = ref _sessions[_current];
        if (_lineCount == _lines.Length)
        {
            Array.Resize(ref _lines, _lineCount * 2);
            Array.Resize(ref _next, _lineCount * 2);
        }
        _lines[_lineCount] = line;
        _next[_lineCount] = -1;
        if (session.Count++ == 0)
            session.First = _lineCount;
        else
            _next[session.Last] = _lineCount;
        session.Last = _lineCount++;
        return isNew;
    }

    /// <summary>Says which asset the session of the line just added plays.</summary>
    internal void SetAsset(string? asset) => _sessions[_current].AssetId = asset;

    /// <summary>Hands the text of a user agent along.</summary>
    public void Add(AgentText agent) => _agents.Add(agent);

    /// <summary>Forgets everything but the room it takes.</summary>
    public void Clear()
    {
        Array.Clear(_slots);
        Array.Clear(_sessions, 0, Count);
        _agents.Clear();
        (Count, _lineCount, _sidBytes) = (0, 0, 0);
    }

    internal ref readonly SliceLine Line(int index) => ref _lines[index];

    internal int Next(int index) => _next[index];

    internal ref readonly Session At(int index) => ref _sessions[index];

    internal ReadOnlySpan<byte> SidOf(int index) => _sids.AsSpan(_sessions[index].Sid, _sessions[index].SidLength);

    private int Find(ReadOnlySpan<byte> sid, ulong hash)
    {
        for (var slot = (int)hash & (_slots.Length - 1); ; slot = (slot + 1) & (_slots.Length - 1))
        {
            if (_slots[slot] == 0 || (_sessions[_slots[slot] - 1].Hash == hash && SidOf(_slots[slot] - 1).SequenceEqual(sid)))
                return slot;
        }
    }

    private int Open(int slot, ReadOnlySpan<byte> sid, ulong hash)
    {
        if (Count == _sessions.Length)
            Array.Resize(ref _sessions, Count * 2);
        if (_sidBytes + sid.Length > _sids.Length)
            Array.Resize(ref _sids, _sids.Length * 2);
        sid.CopyTo(_sids.AsSpan(_sidBytes));
        _sessions[Count++] = new Session { Hash = hash, Sid = _sidBytes, SidLength = (byte)sid.Length };
        _sidBytes += sid.Length;
        _slots[slot] = Count;
        if (Count * 2 < _slots.Length)
            return Count - 1;
        _slots = new int[_slots.Length * 2];
        for (var i = 0; i < Count; i++)
            _slots[Find(SidOf(i), _sessions[i].Hash)] = i + 1;
        return Count - 1;
    }

    internal struct Session
    {
        public ulong Hash;
        public int Sid, First, Last, Count;
        public byte SidLength;
        public string? AssetId;
    }
}
