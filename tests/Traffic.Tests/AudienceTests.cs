using System.Globalization;
using Portcullis.Traffic.Titles;

namespace Portcullis.Traffic.Tests;

/// <summary>What the event does to everybody.</summary>
public sealed class AudienceTests
{
    [Fact]
    public void Goals_PlainViewers_GoBackAtOnceByTheHundred()
    {
        var options = new TrafficOptions { Seed = 1, Viewers = 500, Minutes = 40, Kinds = ["viewer:plain"] };
        var start = options.Start.ToUnixTimeMilliseconds();
        var match = Match.Play(options.Seed, start, options.Minutes * 60_000L);
        var goals = match.Goals.Select(goal => goal / 1000.0).ToList();
        var (inStorm, elsewhere) = (0, 0);
        foreach (var viewer in Event.Of(options).Lines.Select(Request.Of).Where(request => request.Accepted is not null && request.Status == 200 && request.Path.Contains("/match", StringComparison.Ordinal) && request.Path.Contains("/seg-", StringComparison.Ordinal)).DistinctBy(request => request.Id).GroupBy(request => request.Accepted))
        {
            var newest = 0L;
            foreach (var request in viewer.OrderBy(request => request.Time))
            {
                var number = long.Parse(request.Path.Split("/seg-")[1].Split('.')[0], CultureInfo.InvariantCulture);
                if (number < newest - 1 && goals.Exists(goal => request.Time > goal + 3 && request.Time < goal + 60))
                    inStorm++;
                else if (number < newest - 1)
                    elsewhere++;
                newest = Math.Max(newest, number);
            }
        }

        // Two goals of a minute each, against 40 minutes.
        Assert.True(inStorm > 100 && inStorm > elsewhere, $"{inStorm} in the minute after a goal, {elsewhere} at other times");
    }

    [Fact]
    public void RenewedTokens_OfAViewer_KeepTheSessionId()
    {
        var tokens = Event.Of(1, 60, 40, "viewer:plain").Lines.Select(line => line.Split('\t')).Where(fields => fields[23].StartsWith("ok.", StringComparison.Ordinal))
            .GroupBy(fields => fields[23][3..], fields => fields[6].Split('/')[1]).Select(session => (Sid: session.Key, Tokens: session.Distinct().ToList())).ToList();

        Assert.All(tokens, session => Assert.All(session.Tokens, token => Assert.StartsWith(session.Sid + ".", token, StringComparison.Ordinal)));
        Assert.Contains(tokens, session => session.Tokens.Count > 1);
        Assert.Contains(tokens, session => session.Tokens.Count == 1);
    }

    [Fact]
    public void Strangers_ForgeGuessAndPreflight_NeverAccepted()
    {
        var all = Event.Of(new TrafficOptions { Seed = 2, Viewers = 4_000, Minutes = 3 });
        var sids = all.Truth.Select(label => label.Sid).ToHashSet();
        var strangers = all.Lines.Select(line => line.Split('\t')).Where(fields => !fields[23].StartsWith("ok.", StringComparison.Ordinal))
            .Select(fields => (Method: fields[4], Known: sids.Contains(fields[6].Split('/')[1].Split('.')[0]), Log: fields[23])).ToList();

        Assert.Contains(strangers, request => request is { Method: "GET", Known: true });
        Assert.Contains(strangers, request => request is { Method: "GET", Known: false });
        Assert.Contains(strangers, request => request is { Method: "OPTIONS", Known: true, Log: "-" });
        Assert.All(strangers.Where(request => request.Method == "GET"), request => Assert.StartsWith("no.", request.Log, StringComparison.Ordinal));
    }

    [Fact]
    public void Players_SomeTools_AskForTheHeadOfThePlaylist()
    {
        var heads = Event.Of(1, 100, 5, "viewer:kodi").Lines.Select(line => line.Split('\t')).Where(fields => fields[4] == "HEAD").ToList();

        Assert.NotEmpty(heads);
        Assert.All(heads, fields => Assert.Contains(".m3u8", fields[6], StringComparison.Ordinal));
    }
}
