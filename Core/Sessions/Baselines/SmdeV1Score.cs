using System.Globalization;
using Portcullis.Logs;

namespace Portcullis.Sessions.Baselines;

/// <summary>
/// The score by which Secure Media Delivery at the Edge v1.2.6 revokes sessions (its Athena query), on event time and without the
/// up to 24 hours by which its logs are late.
/// </summary>
/// <remarks>
/// Per session, over rows with status 200 or 206 and more than 1,024 bytes within the look-back:
/// <c>rate = COUNT(DISTINCT (address, URI)) / (newest - oldest, in whole seconds)</c> and
/// <c>score = W_rate * rate / median(rate) + W_ip [addresses > 1] + W_referer [referers > 1] + W_agent [user agents > 1]</c>.
/// The median is that of all sessions in the window, short ones too. Where newest and oldest are the same second the rate is undefined: such a
/// session counts as a session and is left out of the median (SMDE's query divides by zero there). URIs go without query, as in
/// the standard logs that SMDE reads. A missing referer is a value like any other, as <c>-</c> is in those.
/// </remarks>
public sealed class SmdeV1Score : IBaseline
{
    private const int LeastBytes = 1024;

    private readonly SmdeV1Options _options;
    private readonly long _every;
    private readonly SidDictionary<SmdeV1Session> _sessions = new();
    private readonly HashSet<string> _decided = new(StringComparer.Ordinal);
    private long _next;

    /// <summary>Starts with an empty window.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The look-back is not a positive multiple of the time between evaluations.</exception>
    public SmdeV1Score(SmdeV1Options? options = null)
    {
        _options = options ?? new SmdeV1Options();
        if (_options.Every < TimeSpan.FromSeconds(1) || _options.LookBack < _options.Every || _options.LookBack.Ticks % _options.Every.Ticks != 0)
            throw new ArgumentOutOfRangeException(nameof(options), $"LookBack ({_options.LookBack}) must be a multiple of Every ({_options.Every}), which must be 1 s or more.");
        _every = (long)_options.Every.TotalMilliseconds;
    }

    /// <inheritdoc/>
    public string Name => "smde-v1";

    /// <inheritdoc/>
    public IReadOnlyList<string> NeededFields { get; } = ["sc-bytes", "cs-user-agent", "cs-referer"];

    /// <inheritdoc/>
    public IReadOnlyList<BaselineDecision> Observe(in LogLine line, LineStanding standing, ReadOnlySpan<byte> sid)
    {
        IReadOnlyList<BaselineDecision> decisions = line.Time >= _next ? AdvanceTo(line.Time) : [];
        if (standing == LineStanding.Accepted && line.Status is 200 or 206 && line.Bytes > LeastBytes)
            _sessions.GetOrAdd(sid).Add(line, line.Time / _every);
        return decisions;
    }

    /// <inheritdoc/>
    public IReadOnlyList<BaselineDecision> Complete() => _next == 0 ? [] : Evaluate(_next);

    /// <summary>Makes up for the evaluations due until a time; the next one is due after it.</summary>
    private List<BaselineDecision> AdvanceTo(long time)
    {
        var decisions = new List<BaselineDecision>();
        for (; _next <= time && _sessions.Count > 0; _next += _every)
            decisions.AddRange(Evaluate(_next));
        _next = ((time / _every) + 1) * _every;
        return decisions;
    }

    private List<BaselineDecision> Evaluate(long now)
    {
        var oldestSlot = (now - (long)_options.LookBack.TotalMilliseconds) / _every;
        _sessions.RemoveWhere(session => !session.ForgetBefore(oldestSlot));
        var rates = _sessions.Values.Where(session => session.Range > 0).Select(session => session.Rate).ToArray();
        if (_sessions.Count < _options.MinSessions || rates.Length == 0)
            return [];
        var median = Median(rates);
        return
        [
            .. from entry in _sessions
               where entry.Value.Range >= _options.MinRange
               let score = Score(entry.Value, median)
               where score > _options.Threshold && _decided.Add(entry.Key)
               select new BaselineDecision(entry.Key, now, score, Why(entry.Value, median)),
        ];
    }

    private double Score(SmdeV1Session session, double median) =>
        (_options.RateWeight * session.Rate / median)
        + (session.Addresses > 1 ? _options.AddressWeight : 0)
        + (session.Referers > 1 ? _options.RefererWeight : 0)
        + (session.Agents > 1 ? _options.AgentWeight : 0);

    private static string Why(SmdeV1Session session, double median) => string.Create(
        CultureInfo.InvariantCulture,
        $"{session.Rate / median:0.00} times the median request rate ({session.Requests} requests in {session.Range} s); addresses: {session.Addresses}, referers: {session.Referers}, user agents: {session.Agents}");

    private static double Median(double[] values)
    {
        Array.Sort(values);
        var middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
