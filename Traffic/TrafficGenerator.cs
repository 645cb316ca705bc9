using System.Text;
using Portcullis.Traffic.Lines;
using Portcullis.Traffic.Noise;
using Portcullis.Traffic.Viewers;

namespace Portcullis.Traffic;

/// <summary>Makes the log lines of an event, in the order in which a reader gets them, with the truth about every session.</summary>
public sealed class TrafficGenerator
{
    private readonly World _world;
    private readonly List<Session> _sessions;
    private readonly byte[] _line = new byte[LineWriter.MaxLength];

    private TrafficGenerator(World world, List<Session> sessions)
    {
        _world = world;
        _sessions = sessions;
    }

    /// <summary>Prepares the traffic of an event.</summary>
    /// <exception cref="ArgumentException">An option is out of its range, or names no kind.</exception>
    public static TrafficGenerator Create(TrafficOptions options)
    {
        if (options.Viewers is < 1 or > 1_000_000)
            throw new ArgumentException($"viewers ({options.Viewers}) must be 1 to 1,000,000");
        if (options.Minutes is < 2 or > 600)
            throw new ArgumentException($"minutes ({options.Minutes}) must be 2 to 600");
        if (options.Sampling is < 1 or > 100)
            throw new ArgumentException($"sampling ({options.Sampling}) must be 1 to 100 per cent");
        if (options.Offenders is < 0 or > 1)
            throw new ArgumentException($"offenders ({options.Offenders}) must be a share, 0 to 1");
        foreach (var kind in options.Kinds)
        {
            if (!Labels.Contains(kind))
                throw new ArgumentException($"kinds: '{kind}' is none of {string.Join(", ", Labels)}");
        }
        var world = new World(options);
        var sessions = Casting.Draw(world);
        foreach (var session in sessions)
            world.Queue.Appoint(session, session.Begin);
        ForgedFlood.Begin(world, sessions);
        return new TrafficGenerator(world, sessions);
    }

    /// <summary>All labels there are.</summary>
    public static IReadOnlyList<string> Labels { get; } = [.. SessionKinds.All.Select(kind => kind.Label)];

    /// <summary>Lines made so far.</summary>
    public long Lines { get; private set; }

    /// <summary>Takes the next line; false when the event is over.</summary>
    /// <param name="line">UTF-8 without line feed, valid until the next call.</param>
    public bool TryNext(out ReadOnlySpan<byte> line)
    {
        while (true)
        {
            // What an actor does now arrives later than now: everything before its moment is settled.
            if (_world.Wheel.TryTake(_world.Queue.NextAt == long.MaxValue ? long.MaxValue : _world.Queue.NextAt, out var record))
            {
                Lines++;
                line = _line.AsSpan(0, LineWriter.Write(record, _line));
                return true;
            }
            if (_world.Queue.Count == 0)
            {
                line = default;
                return false;
            }
            var now = _world.Queue.NextAt;
            if (now >= _world.End)
            {
                while (_world.Queue.Count > 0)
                    _world.Queue.Take();
                continue;
            }
            _world.Queue.Take()?.Act(now);
        }
    }

    /// <summary>The truth about each session that has fetched video, known once the event is over.</summary>
    public IEnumerable<TrafficLabel> Truth() => _sessions
        .Where(session => session.FirstVideo > 0)
        .Select(session => new TrafficLabel(
            Encoding.ASCII.GetString(session.Token.Sid), session.Kind.Role == SessionRole.Shared && session.FirstOffence is null ? "viewer:alone" : session.Kind.Label,
            session.FirstOffence, session.FirstVideo, session.LastVideo));
}
