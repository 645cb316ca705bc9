using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Portcullis.Sessions;

namespace Portcullis.Revocations;

/// <summary>What detectors must not revoke. Immutable.</summary>
public sealed class AllowList
{
    /// <summary>A list without entries.</summary>
    public static readonly AllowList Empty = new(ImmutableDictionary<string, AllowEntry>.Empty);

    /// <summary>Most entries: each is looked at for each verdict.</summary>
    public const int MaxEntries = 1_000;

    private readonly ImmutableDictionary<string, AllowEntry> _entries;
    private readonly List<AllowEntry> _sessions = [];
    private readonly List<(AllowEntry Entry, Func<ViewerText, bool> Names)> _viewers = [];

    private AllowList(ImmutableDictionary<string, AllowEntry> entries)
    {
        _entries = entries;
        foreach (var entry in entries.Values)
        {
            if (entry.Kind is AllowKind.Sid or AllowKind.Account)
                _sessions.Add(entry);
            else
                _viewers.Add((entry, ViewersOf(entry)));
        }
    }

    /// <summary>The entries that hold, the next to end first.</summary>
    public IEnumerable<AllowEntry> Holding(DateTimeOffset now) => _entries.Values.Where(entry => now < entry.Expires).OrderBy(entry => entry.Expires).ThenBy(entry => entry.Id, StringComparer.Ordinal);

    /// <summary>An entry, or null.</summary>
    public AllowEntry? Find(string id) => _entries.GetValueOrDefault(id);

    /// <summary>
    /// Whether a session is not to be revoked: itself or its account is named, or <b>every</b> one of its viewers is by network or user
    /// agent. One viewer outside of them is enough, or an allowed company network would shield whoever gets a token of it.
    /// </summary>
    /// <param name="sid">The session.</param>
    /// <param name="viewers">All viewers it ever had; fewer when some were forgotten.</param>
    /// <param name="areAll">Whether none was forgotten.</param>
    /// <param name="now">The time of now.</param>
    public bool Covers(string sid, IEnumerable<ViewerText> viewers, bool areAll, DateTimeOffset now)
    {
        if (_sessions.Exists(entry => now < entry.Expires && entry.Names(sid)))
            return true;
        if (_viewers.Count == 0 || !areAll)
            return false;
        var any = false;
        foreach (var viewer in viewers)
        {
            if (!_viewers.Exists(candidate => now < candidate.Entry.Expires && candidate.Names(viewer)))
                return false;
            any = true;
        }
        return any;
    }

    internal IEnumerable<AllowEntry> Entries => _entries.Values;

    internal static AllowList Of(IEnumerable<AllowEntry> entries) => new(entries.ToImmutableDictionary(entry => entry.Id));

    internal AllowList With(AllowEntry entry) => new(_entries.SetItem(entry.Id, entry));

    internal AllowList Without(string id) => _entries.ContainsKey(id) ? new(_entries.Remove(id)) : this;

    /// <summary>The list without entries that ended before a time.</summary>
    internal AllowList Without(DateTimeOffset before) => _entries.Values.Any(entry => entry.Expires < before)
        ? new(_entries.RemoveRange(_entries.Values.Where(entry => entry.Expires < before).Select(entry => entry.Id)))
        : this;

    private static Func<ViewerText, bool> ViewersOf(AllowEntry entry)
    {
        switch (entry.Kind)
        {
            case AllowKind.Cidr:
                var range = IPNetwork.Parse(entry.Value);
                return viewer => IPAddress.TryParse(viewer.Address, out var address) && range.Contains(address);
            case AllowKind.Asn:
                var asn = uint.Parse(entry.Value, CultureInfo.InvariantCulture);
                return viewer => viewer.Asn == asn;
            default:
                var start = entry.Value.EndsWith('*') ? entry.Value[..^1] : null;
                return viewer => start is null ? viewer.UserAgent == entry.Value : viewer.UserAgent.StartsWith(start, StringComparison.Ordinal);
        }
    }
}
