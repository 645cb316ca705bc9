using System.Numerics;

namespace Portcullis.Media;

/// <summary>
/// How a title's segments are numbered, how long they play, and which of its tracks only go along with others: learned from all who fetch
/// it. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Lines of one time may come in any order, so nothing here rests on the order of two sessions' lines: numbers are multiples of the step,
/// whoever asks for them; a player fetches the same number of both tracks when sound and picture are apart; and most of its fetches come a
/// segment's duration after the one before.
/// </remarks>
internal sealed partial class TitleTempo(uint key)
{
    private const int Followed = 16, LeastSteps = 24, LeastSamples = 24, MostSamples = 2_400, Buckets = 40, Sayings = 8, Sayers = 3;
    private const double BucketWidth = 1.12, Shortest = 200;
    private const long Together = 5_000, Forgotten = 10_000;

    private readonly Followee[] _last = new Followee[Followed];
    private readonly ushort[] _steps = new ushort[Buckets];
    private long _anyNumber = -1, _divisor;
    private long _bestBytes;
    private ulong _sayers;
    private uint _saying;
    private int _divided, _samples, _sayings;
    private ushort _said, _measured;
    private volatile bool _learned;

    /// <summary>The title's key.</summary>
    public uint Key { get; } = key;

    /// <summary>From one segment's number to the next's; 0 until enough requests have shown it.</summary>
    public long Step { get; private set; }

    /// <summary>How long a segment plays, in milliseconds: as players say, else as they are seen to fetch; 0 while unknown.</summary>
    public ushort SegmentMilliseconds => _said > 0 ? _said : _measured;

    /// <summary>Whether a track's segments are clearly smaller than those of the title's best.</summary>
    public bool HasBetter(MediaTrack track)
    {
        var mean = track.MeanBytes;
        var best = Interlocked.Read(ref _bestBytes);
        if (mean > best)
            Interlocked.CompareExchange(ref _bestBytes, mean, best);
        return mean > 0 && mean * 5 < best * 4;
    }

    /// <summary>Takes what a player says of a video object's duration.</summary>
    /// <param name="milliseconds">What it says, or 0.</param>
    /// <param name="session">Key of the session.</param>
    public void Believe(uint milliseconds, ulong session)
    {
        // Anybody can forge it: what several sessions have said in a row counts, and the first of these.
        if (milliseconds is < 200 or > 30_000 || Volatile.Read(ref _said) != 0)
            return;
        lock (_last)
        {
            if (milliseconds != _saying)
                (_saying, _sayings, _sayers) = (milliseconds, 0, 0);
            _sayers |= 1UL << (int)(session >> 58);
            if (++_sayings >= Sayings && BitOperations.PopCount(_sayers) >= Sayers)
                Volatile.Write(ref _said, (ushort)milliseconds);
        }
    }

    /// <summary>Learns from one more fetch.</summary>
    /// <param name="session">Key of the session.</param>
    /// <param name="track">The track the segment is of.</param>
    /// <param name="number">The segment's number as it stands in its name.</param>
    /// <param name="bytes">Size of the answer.</param>
    /// <param name="time">Epoch milliseconds.</param>
    public void Learn(ulong session, MediaTrack track, long number, long bytes, long time)
    {
        if (_learned)
            return;
        lock (_last)
        {
            Divide(number);
            Follow(session, track, number, bytes, time);
        }
    }

    /// <summary>A segment's number with the title's step taken out.</summary>
    public long PositionOf(long number) => Step > 1 ? (number + (Step / 2)) / Step : number;

    /// <summary>The step is the greatest common divisor of the distances between numbers.</summary>
    private void Divide(long number)
    {
        var distance = Math.Abs(number - _anyNumber);
        var first = _anyNumber < 0;
        _anyNumber = number;
        if (Step != 0 || first || distance == 0)
            return;
        while (distance != 0)
            (_divisor, distance) = (distance, _divisor % distance);
        if (++_divided >= LeastSteps || _divisor == 1)
            Step = _divisor;
    }

    private void Follow(ulong session, MediaTrack track, long number, long bytes, long time)
    {
        ref var last = ref _last[session % Followed];
        if (last.Session == session && number == last.Number && Math.Abs(time - last.Time) < Together)
        {
            if (track == last.Track)
                return;
            (bytes < last.Bytes ? track : last.Track!).Count(along: true);
            last.IsPaired = true;
            return;
        }
        if (last.Session == session && number > last.Number && time >= last.Time && time - last.Time < 60_000)
        {
            if (!last.IsPaired)
                last.Track!.Count(along: false);
            var step = Step == 0 ? 1 : Step;
            if ((number - last.Number) / step is >= 1 and <= 3 and var steps)
                Sample((time - last.Time) / steps);
        }
        else if (last.Session != session && last.Session != 0 && time - last.Time < Forgotten)
        {
            // Someone else is being followed.
            return;
        }
        last = new Followee { Session = session, Track = track, Number = number, Bytes = bytes, Time = time };
    }

    /// <summary>Most fetches of players that play come one duration after another: the most frequent distance is it.</summary>
    private void Sample(long milliseconds)
    {
        if (milliseconds < Shortest)
            return;
        var bucket = (int)(Math.Log(milliseconds / Shortest) / Math.Log(BucketWidth));
        if (bucket >= Buckets || _steps[bucket] == ushort.MaxValue)
            return;
        _steps[bucket]++;
        if (++_samples < LeastSamples || _samples % LeastSamples != 0)
            return;
        var most = 0;
        for (var i = 1; i < Buckets; i++)
        {
            if (_steps[i] > _steps[most])
                most = i;
        }
        _measured = (ushort)(Shortest * Math.Pow(BucketWidth, most + 0.5));
        _learned = _samples >= MostSamples && Step != 0;
    }

    private struct Followee
    {
        public ulong Session;
        public MediaTrack? Track;
        public long Number, Bytes, Time;
        public bool IsPaired;
    }
}
