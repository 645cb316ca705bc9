namespace Portcullis.Media;

/// <summary>How a title's segments are numbered and how long they play, learned from all who fetch it. Safe for concurrent use.</summary>
internal sealed class TitleTempo(uint key)
{
    private const int Followed = 16, StepVotes = 8, LeastSamples = 24, MostSamples = 2_400, Buckets = 40;
    private const double BucketWidth = 1.12, Shortest = 200;

    private readonly (ulong Viewer, long Number, long Time)[] _last = new (ulong, long, long)[Followed];
    private readonly ushort[] _steps = new ushort[Buckets];
    private long _candidate;
    private uint _saying;
    private int _votes, _samples, _sayings;
    private volatile bool _learned;
    private ushort _said, _measured;

    /// <summary>The title's key.</summary>
    public uint Key { get; } = key;

    /// <summary>From one segment's number to the next's; 0 until enough viewers have shown it.</summary>
    public long Step { get; private set; }

    /// <summary>How long a segment plays, in milliseconds: as players say, else as they are seen to fetch; 0 while unknown.</summary>
    public ushort SegmentMilliseconds => _said > 0 ? _said : _measured;

    /// <summary>Takes what a player says of a video object's duration.</summary>
    public void Believe(uint milliseconds)
    {
        // Anybody can forge it: what several have said counts, and the first of these.
        if (milliseconds is < 200 or > 30_000 || Volatile.Read(ref _said) != 0)
            return;
        lock (_last)
        {
            if (milliseconds != _saying)
                (_saying, _sayings) = (milliseconds, 0);
            if (++_sayings >= StepVotes)
                Volatile.Write(ref _said, (ushort)milliseconds);
        }
    }

    /// <summary>Learns from one more fetch.</summary>
    /// <param name="viewer">Key of the viewer.</param>
    /// <param name="number">The segment's number as it stands in its name.</param>
    /// <param name="time">Epoch milliseconds.</param>
    public void Learn(ulong viewer, long number, long time)
    {
        if (_learned)
            return;
        lock (_last)
            LearnUnderLock(viewer, number, time);
    }

    private void LearnUnderLock(ulong viewer, long number, long time)
    {
        ref var last = ref _last[viewer % Followed];
        if (last.Viewer == viewer && number > last.Number && time >= last.Time && time - last.Time < 60_000)
        {
            var step = number - last.Number;
            Vote(step);
            if (step == Step || (Step == 0 && step == 1))
                Sample(time - last.Time);
        }
        else if (last.Viewer != viewer && time - last.Time < 10_000 && last.Viewer != 0)
        {
            // Someone else is being followed.
            return;
        }
        last = (viewer, number, time);
    }

    /// <summary>A segment's number with the title's step taken out.</summary>
    public long PositionOf(long number) => Step > 1 ? (number + (Step / 2)) / Step : number;

    private void Vote(long step)
    {
        if (Step != 0)
            return;
        if (step == _candidate)
            _votes++;
        else if (--_votes < 0)
            (_candidate, _votes) = (step, 1);
        if (_votes >= StepVotes)
            Step = _candidate;
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
}
