using System.Numerics;
using Portcullis.Sessions.Detectors;

namespace Portcullis.Sessions;

/// <summary>What is judged minute by minute, once nothing can be added to a minute any more.</summary>
public sealed partial class SessionState
{
    /// <summary>A steady minute: between these times real time.</summary>
    private const double LeastSteady = 0.7, MostSteady = 1.3;

    /// <summary>From how many times real time on it is looked at which positions are fetched: players that fill a buffer get there.</summary>
    private const int CoverageFrom = 2;

    private void SettleUntil(long until, long now, int allowedViewers, DetectionContext context)
    {
        if (until <= _settledUntil)
            return;
        var fetches = _fetches.Read(context.Fetches);
        foreach (ref readonly var fetch in fetches)
        {
            if (fetch.Time < _settledUntil)
                continue;
            if (fetch.Time >= until)
                break;
            if (MinuteEnd == 0)
                MinuteEnd = EndOfMinute(fetch.Time);
            if (fetch.Time >= MinuteEnd)
                EndMinutes(fetch.Time, now, allowedViewers, context);
            if (Verdict.Action == VerdictAction.Revoke)
                return;
            var (title, rendition) = Renditions[fetch.Rendition];
            _lanes.Place(fetch, title, rendition, MinuteEnd - MinuteLength, ref _particulars);
            Cover(title, fetch.Position);
        }
        if (MinuteEnd != 0 && until >= MinuteEnd)
            EndMinutes(until, now, allowedViewers, context);
        _settledUntil = until;
        if (Verdict.Action != VerdictAction.Revoke)
            _fetches.Forget(until - PlayheadOverlap.CrowdSpan);
    }

    /// <summary>Whether the session fetches more in this minute than players do that watch.</summary>
    private bool FetchesMuch => _fetchesOfMinute == byte.MaxValue || _segmentMilliseconds * (long)_fetchesOfMinute > CoverageFrom * MinuteLength;

    /// <summary>Notes a position, once the session has fetched much in this minute, or has done so in the last.</summary>
    private void Cover(uint title, long position)
    {
        if (_fetchesOfMinute < byte.MaxValue)
            _fetchesOfMinute++;
        if (FetchesMuch)
            Particulars.Coverage ??= new Coverage();
        _particulars?.Coverage?.Add(title, position);
    }

    private void ForgetCoverage()
    {
        if (_particulars is not null)
            (_particulars.Coverage, _particulars.BulkMinutes) = (null, 0);
    }

    private static long EndOfMinute(long time) => (time / MinuteLength * MinuteLength) + MinuteLength;

    /// <summary>Ends the minutes that lie before a time; after the first there is nothing in them.</summary>
    private void EndMinutes(long time, long now, int allowedViewers, DetectionContext context)
    {
        EndMinute(now, allowedViewers, context);
        _lanes.NextMinute(MinuteEnd, _particulars);
        if (FetchesMuch)
            _particulars?.Coverage?.Clear();
        else
            ForgetCoverage();
        _fetchesOfMinute = 0;
        var next = EndOfMinute(time);
        if (next > MinuteEnd + MinuteLength)
        {
            _steadyMinutes = 0;
            _fastMinutes = 0;
            ForgetCoverage();
            _lanes.NextMinute(next - MinuteLength, _particulars);
        }
        MinuteEnd = next;
    }

    private void EndMinute(long now, int allowedViewers, DetectionContext context)
    {
        if (_lanes.All(_particulars).IsEmpty)
            return;
        var policy = context.Policy;
        var minute = Summarise(context);
        _steadyMinutes = (ushort)(minute.IsSteady ? _steadyMinutes + 1 : 0);
        _fastMinutes = (byte)(minute.Pace >= policy.Pace.FastFrom ? Math.Min(_fastMinutes + 1, byte.MaxValue) : 0);
        if (_particulars is { Coverage: not null } or { BulkMinutes: > 0 })
            _particulars.BulkMinutes = (ushort)(minute.Volume >= policy.Pace.BulkFrom ? _particulars.BulkMinutes + 1 : 0);
        if (minute.Playheads > allowedViewers)
            Particulars.Counts.Add(minute, allowedViewers);
        var changed = Keep(IndependentPlayersDetector.Examine(minute, Counts, allowedViewers, policy.IndependentPlayers), policy.IndependentPlayers, false, policy);
        changed |= Keep(ConcurrentViewersDetector.Examine(minute, allowedViewers, policy.ConcurrentViewers), policy.ConcurrentViewers, false, policy);
        changed |= Keep(NetworkSpreadDetector.Examine(minute, policy.NetworkSpread), policy.NetworkSpread, false, policy);
        changed |= Keep(ClientDiversityDetector.Examine(minute, policy.ClientDiversity), policy.ClientDiversity, false, policy);
        changed |= Keep(PlayerConflictDetector.Examine(minute, allowedViewers, policy.PlayerConflict), policy.PlayerConflict, false, policy);
        changed |= Keep(PaceDetector.Examine(minute, _fastMinutes, _particulars?.BulkMinutes ?? 0, policy.Pace), policy.Pace, true, policy);
        changed |= Keep(RestreamDetector.Examine(minute, _steadyMinutes, policy.Restream), policy.Restream, true, policy);
        if (changed)
            Judge(now, policy);
    }

    private Minute Summarise(DetectionContext context)
    {
        var start = MinuteEnd - MinuteLength;
        ReadOnlySpan<Lane> lanes = _lanes.All(_particulars);
        Span<Lane> playing = stackalloc Lane[Lanes.Most];
        var (count, viewers, advances) = (0, 0UL, 0);
        foreach (ref readonly var lane in lanes)
        {
            viewers |= lane.Viewers;
            advances = Math.Max(advances, lane.Advances);
            if (!lane.IsPlaying(start, _segmentMilliseconds))
                continue;
            var ofTitle = 0;
            foreach (ref readonly var other in lanes)
                ofTitle += other.Title == lane.Title && other.IsPlaying(start, _segmentMilliseconds) ? 1 : 0;
            if (count > 0 && playing[0].Title != lane.Title)
            {
                if (ofTitle <= count)
                    continue;
                count = 0;
            }
            playing[count++] = lane;
        }
        var pace = TimesRealTime(Math.Max(advances, _particulars?.Coverage?.LongestStretch(Lane.LongestStep) ?? 0));
        if (_viewerCount == 1 && count <= 1)
            return Alone(context, lanes, count, pace);
        playing = playing[..count];
        Span<ulong> strangers = stackalloc ulong[MaxViewers];
        FillStrangers(strangers, context);
        var (clones, oneOf) = Clones(playing);
        return new Minute
        {
            End = MinuteEnd,
            Playheads = count,
            Apart = ApartAmong(playing, strangers),
            Clones = clones,
            ClonesAreOnePlayer = clones == 0 ? null : Viewer(oneOf).IsOnePlayerBefore(MinuteEnd),
            NearApart = count == 2 && AreNearApart(playing, context),
            Viewers = BitOperations.PopCount(viewers),
            Homes = HomesAmong(viewers, strangers),
            Agents = DistinctAmong(viewers, static (in SeenViewer viewer) => viewer.Agent),
            Countries = DistinctAmong(viewers, static (in SeenViewer viewer) => viewer.Country),
            Players = PlayersAmong(viewers),
            IsHosted = AllAmong(viewers, context),
            IsVpn = viewers != 0 && context.Lists.IsVpn(Viewer(BitOperations.TrailingZeroCount(viewers)).Asn),
            Pace = pace,
            Volume = TimesRealTime(_particulars?.Coverage?.Count ?? 0),
            IsSteady = BitOperations.PopCount(viewers) == 1 && IsSteady(lanes, count, pace),
            IsBest = _lesserMinute >= _minute,
            IsTool = BitOperations.PopCount(viewers) == 1 && context.IsTool(Viewer(BitOperations.TrailingZeroCount(viewers)).Agent),
        };
    }

    /// <summary>The summary of nearly every minute there is: one viewer, one playhead.</summary>
    private Minute Alone(DetectionContext context, ReadOnlySpan<Lane> lanes, int playing, double pace)
    {
        var steady = IsSteady(lanes, playing, pace);
        return new Minute
        {
            End = MinuteEnd, Playheads = playing, Viewers = 1, Homes = 1, Agents = 1, Countries = 1, Pace = pace, Volume = TimesRealTime(_particulars?.Coverage?.Count ?? 0), IsSteady = steady, IsBest = _lesserMinute >= _minute,
            Players = Viewer(0).PlayersBefore(MinuteEnd), IsHosted = steady && context.Lists.IsHosting(Viewer(0).Asn), IsVpn = steady && context.Lists.IsVpn(Viewer(0).Asn), IsTool = steady && context.IsTool(Viewer(0).Agent),
        };
    }

    private double TimesRealTime(int segments) => segments * _segmentMilliseconds / (double)MinuteLength;

    private bool IsSteady(ReadOnlySpan<Lane> lanes, int playing, double pace) =>
        playing == 1 && lanes.Length == 1 && !lanes[0].Adapted && Renditions.Length == 1 && _sideMinute >= _minute && (pace == 0 || pace is >= LeastSteady and <= MostSteady);

    /// <summary>How many of the playheads have viewers that are all strangers to all of the others'.</summary>
    private static int ApartAmong(ReadOnlySpan<Lane> playing, ReadOnlySpan<ulong> strangers)
    {
        if (playing.Length < 2)
            return playing.Length;
        var most = 0;
        for (var first = 0; first < playing.Length; first++)
        {
            var (taken, count) = (playing[first].Viewers, 1);
            for (var i = 0; i < playing.Length; i++)
            {
                if (i == first || !AreStrangers(playing[i].Viewers, taken, strangers))
                    continue;
                taken |= playing[i].Viewers;
                count++;
            }
            most = Math.Max(most, count);
        }
        return most;
    }

    private static bool AreStrangers(ulong viewers, ulong others, ReadOnlySpan<ulong> strangers)
    {
        for (; viewers != 0; viewers &= viewers - 1)
        {
            if ((strangers[BitOperations.TrailingZeroCount(viewers)] & others) != others)
                return false;
        }
        return true;
    }

    private static (int Count, int Viewer) Clones(ReadOnlySpan<Lane> playing)
    {
        var (most, viewer) = (0, 0);
        foreach (ref readonly var lane in playing)
        {
            if (BitOperations.PopCount(lane.Viewers) != 1)
                continue;
            var count = 0;
            foreach (ref readonly var other in playing)
                count += other.Viewers == lane.Viewers ? 1 : 0;
            if (count > most)
                (most, viewer) = (count, BitOperations.TrailingZeroCount(lane.Viewers));
        }
        return (most, viewer);
    }

    private bool AreNearApart(ReadOnlySpan<Lane> playing, DetectionContext context) =>
        BitOperations.PopCount(playing[0].Viewers) == 1 && BitOperations.PopCount(playing[1].Viewers) == 1
        && Home.Of(Viewer(BitOperations.TrailingZeroCount(playing[0].Viewers)), Viewer(BitOperations.TrailingZeroCount(playing[1].Viewers)), context.Lists) == Nearness.Near;

    private static int HomesAmong(ulong viewers, ReadOnlySpan<ulong> strangers)
    {
        var (taken, count) = (0UL, 0);
        for (; viewers != 0; viewers &= viewers - 1)
        {
            var viewer = BitOperations.TrailingZeroCount(viewers);
            if ((strangers[viewer] & taken) != taken)
                continue;
            taken |= 1UL << viewer;
            count++;
        }
        return count;
    }

    private delegate uint Attribute(in SeenViewer viewer);

    private int DistinctAmong(ulong viewers, Attribute attribute)
    {
        Span<uint> met = stackalloc uint[MaxViewers];
        var count = 0;
        for (; viewers != 0; viewers &= viewers - 1)
        {
            var value = attribute(Viewer(BitOperations.TrailingZeroCount(viewers)));
            if (value != 0 && !met[..count].Contains(value))
                met[count++] = value;
        }
        return count;
    }

    private int PlayersAmong(ulong viewers)
    {
        var count = 0;
        for (; viewers != 0; viewers &= viewers - 1)
            count += Viewer(BitOperations.TrailingZeroCount(viewers)).PlayersBefore(MinuteEnd);
        return count;
    }

    private bool AllAmong(ulong viewers, DetectionContext context)
    {
        for (var rest = viewers; rest != 0; rest &= rest - 1)
        {
            if (!context.Lists.IsHosting(Viewer(BitOperations.TrailingZeroCount(rest)).Asn))
                return false;
        }
        return viewers != 0;
    }
}
