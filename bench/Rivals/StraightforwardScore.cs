using System.Diagnostics;
using System.Globalization;

namespace Portcullis.Bench.Rivals;

/// <summary>SMDE v1's score as one would write it in an afternoon: strings, dictionaries, hash sets. The file is one window.</summary>
internal sealed class StraightforwardScore : IRival
{
    private const int Fields = 24, Timestamp = 0, Ip = 1, Status = 2, Bytes = 3, Uri = 6, Agent = 10, Referer = 11;

    public string Name => "SMDE v1's score, straightforward C#, 1 thread";

    public RivalScore Run(string file)
    {
        var started = Stopwatch.GetTimestamp();
        var sessions = new Dictionary<string, Session>();
        long lines = 0;
        foreach (var line in File.ReadLines(file))
        {
            lines++;
            var fields = line.Split('\t');
            if (fields.Length != Fields || fields[Status] is not ("200" or "206") || !long.TryParse(fields[Bytes], CultureInfo.InvariantCulture, out var bytes) || bytes <= 1024)
                continue;
            var path = fields[Uri].Split('?')[0];
            var token = path.Split('/') is [_, var first, ..] ? first.Split('.') : [];
            if (token.Length != 4 || !double.TryParse(fields[Timestamp], CultureInfo.InvariantCulture, out var time))
                continue;
            if (!sessions.TryGetValue(token[0], out var session))
                sessions.Add(token[0], session = new Session());
            session.Add((long)time, fields[Ip], path, fields[Referer], fields[Agent]);
        }
        var flagged = Flagged(sessions);
        return new RivalScore(lines, Stopwatch.GetElapsedTime(started).TotalSeconds, flagged);
    }

    private static List<string> Flagged(Dictionary<string, Session> sessions)
    {
        var rates = sessions.Values.Where(session => session.Range > 0).Select(session => session.Rate).Order().ToList();
        if (sessions.Count < 3 || rates.Count == 0)
            return [];
        var median = (rates[(rates.Count - 1) / 2] + rates[rates.Count / 2]) / 2;
        return [.. sessions.Where(entry => entry.Value.Range >= 30 && (entry.Value.Rate / median) + entry.Value.Penalties > 2.2).Select(entry => entry.Key).Order(StringComparer.Ordinal)];
    }

    private sealed class Session
    {
        private readonly HashSet<(string Ip, string Path)> _requests = [];
        private readonly HashSet<string> _ips = [], _referers = [], _agents = [];
        private long _oldest = long.MaxValue, _newest = long.MinValue;

        public long Range => _newest - _oldest;

        public double Rate => (double)_requests.Count / Range;

        public int Penalties => (_ips.Count > 1 ? 1 : 0) + (_referers.Count > 1 ? 1 : 0) + (_agents.Count > 1 ? 1 : 0);

        public void Add(long second, string ip, string path, string referer, string agent)
        {
            _requests.Add((ip, path));
            _ips.Add(ip);
            _referers.Add(referer);
            _agents.Add(agent);
            _oldest = Math.Min(_oldest, second);
            _newest = Math.Max(_newest, second);
        }
    }
}
