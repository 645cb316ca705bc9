using System.Globalization;
using Portcullis.Logs;

namespace Portcullis.Sessions.Baselines;

/// <summary>
/// The prefilter of Secure Media Delivery v2: sessions that stand out within one batch of log records. Nothing is kept from one
/// batch to the next.
/// </summary>
/// <remarks>
/// In SMDE a language model decides on what the prefilter lets through. It is not reproduced: suspicion counts as the decision
/// here: SMDE v2 can revoke no more than this, and no sooner. Refused requests count for the sid in their
/// path, as they do in SMDE: strangers can incriminate a session. The score is the number of suspicions, 1 to 5.
/// </remarks>
public sealed class SmdeV2Prefilter(SmdeV2Options? options = null) : IBaseline
{
    private readonly SmdeV2Options _options = options ?? new SmdeV2Options();
    private readonly SidDictionary<SmdeV2Tally> _tallies = new();
    private readonly HashSet<string> _decided = new(StringComparer.Ordinal);
    private int _records;
    private long _began, _newest;

    /// <inheritdoc/>
    public string Name => "smde-v2";

    /// <inheritdoc/>
    public IReadOnlyList<string> NeededFields { get; } = ["cs-user-agent", "c-country"];

    private long Ends => _began + (long)_options.BatchSpan.TotalMilliseconds;

    /// <inheritdoc/>
    public IReadOnlyList<BaselineDecision> Observe(in LogLine line, LineStanding standing, ReadOnlySpan<byte> sid)
    {
        _newest = Math.Max(_newest, line.Time);
        IReadOnlyList<BaselineDecision> decisions = _records > 0 && _newest >= Ends ? CloseBatch(Ends) : [];
        if (_records++ == 0)
            _began = _newest;
        if (standing == LineStanding.Refused)
            sid = line.PathSid;
        if (!sid.IsEmpty)
            _tallies.GetOrAdd(sid).Add(line);
        return _records < _options.BatchRecords ? decisions : [.. decisions, .. CloseBatch(_newest)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<BaselineDecision> Complete() => CloseBatch(Ends);

    private List<BaselineDecision> CloseBatch(long now)
    {
        var decisions = new List<BaselineDecision>();
        foreach (var (sid, tally) in _tallies)
        {
            var suspicions = tally.Requests < _options.MinRequests ? [] : Suspicions(tally).ToArray();
            if (suspicions.Length > 0 && _decided.Add(sid))
                decisions.Add(new BaselineDecision(sid, now, suspicions.Length, string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", suspicions)} in a batch of {_records} records")));
        }
        _tallies.Clear();
        _records = 0;
        return decisions;
    }

    private IEnumerable<string> Suspicions(SmdeV2Tally tally)
    {
        if (tally.Addresses > _options.Addresses)
            yield return $"{tally.Addresses} addresses";
        if (tally.Agents > _options.Agents)
            yield return $"{tally.Agents} user agents";
        if (tally.Countries > _options.Countries)
            yield return $"{tally.Countries} countries";
        if (tally.Refused > _options.RefusedShare * tally.Requests)
            yield return $"{tally.Refused} of {tally.Requests} requests refused";
        if (tally.Requests > _options.Requests)
            yield return $"{tally.Requests} requests";
    }
}
