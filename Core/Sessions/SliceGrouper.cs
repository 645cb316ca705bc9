using System.Text;
using Portcullis.Assets;
using Portcullis.Logs;

namespace Portcullis.Sessions;

/// <summary>Gathers accepted log lines of a batch into one slice per session. One per reader; not safe for concurrent use.</summary>
public sealed class SliceGrouper
{
    private const int MaxInternedSids = 200_000, MaxInternedViewers = 200_000, MaxUserAgent = 256;

    private readonly Dictionary<string, SessionSlice> _slices = [];
    private readonly Dictionary<string, SessionSlice>.AlternateLookup<ReadOnlySpan<char>> _bySid;
    private readonly HashSet<string> _sids = [];
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _sidText;
    private readonly Dictionary<ulong, ViewerText> _viewers = [];
    private readonly Stack<SessionSlice> _free = new();

    /// <summary>Makes a grouper without lines.</summary>
    public SliceGrouper()
    {
        _bySid = _slices.GetAlternateLookup<ReadOnlySpan<char>>();
        _sidText = _sids.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The slices gathered so far.</summary>
    public IReadOnlyCollection<SessionSlice> Slices => _slices.Values;

    /// <summary>Adds an accepted line to its session's slice.</summary>
    /// <param name="line">The line.</param>
    /// <param name="sid">The session it counts for, a valid sid.</param>
    /// <param name="assets">To find the asset of a new slice.</param>
    public void Add(in LogLine line, ReadOnlySpan<byte> sid, AssetCatalogue assets)
    {
        Span<char> text = stackalloc char[Tokens.SessionId.MaxLength];
        text = text[..Encoding.ASCII.GetChars(sid, text)];
        var path = LoggedPath.Canonical(line.MediaPath);
        if (!_bySid.TryGetValue(text, out var slice))
        {
            slice = _free.Count > 0 ? _free.Pop() : new SessionSlice();
            slice.Begin(Intern(text));
            slice.AssetId = assets.FindByPath(path)?.Id;
            _slices.Add(slice.Sid, slice);
        }
        var network = StableHash.Of(ClientAddress.Network(line.ClientAddress));
        var viewer = StableHash.Of(line.UserAgent, network);
        var position = MediaPosition.Read(path, line.ContentType, line.CmcdObjectType, out var title);
        slice.Add(
            new SliceLine(line.Time, StableHash.Of(line.RequestId), viewer, title, position, (uint)Math.Min(line.Bytes, uint.MaxValue), (ushort)line.Status),
            Viewer(viewer, network, line));
    }

    /// <summary>Forgets the slices, which may be used again from now on.</summary>
    public void Clear()
    {
        foreach (var slice in _slices.Values)
        {
            if (_free.Count < 4096)
                _free.Push(slice);
        }
        _slices.Clear();
    }

    private string Intern(ReadOnlySpan<char> sid)
    {
        if (_sidText.TryGetValue(sid, out var known))
            return known;
        if (_sids.Count >= MaxInternedSids)
            _sids.Clear();
        var text = sid.ToString();
        _sids.Add(text);
        return text;
    }

    private ViewerText Viewer(ulong key, ulong network, in LogLine line)
    {
        if (_viewers.TryGetValue(key, out var known))
            return known;
        if (_viewers.Count >= MaxInternedViewers)
            _viewers.Clear();
        var userAgent = Uri.UnescapeDataString(Encoding.UTF8.GetString(line.UserAgent[..Math.Min(line.UserAgent.Length, 3 * MaxUserAgent)]));
        var text = new ViewerText(
            key, network,
            Encoding.ASCII.GetString(line.ClientIp),
            userAgent.Length <= MaxUserAgent ? userAgent : userAgent[..MaxUserAgent],
            Encoding.UTF8.GetString(line.Country[..Math.Min(line.Country.Length, 8)]),
            line.Asn);
        _viewers.Add(key, text);
        return text;
    }
}
