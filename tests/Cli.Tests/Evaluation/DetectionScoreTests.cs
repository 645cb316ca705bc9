using System.Text;
using System.Text.Json;
using Portcullis.Cli.Evaluation;
using Portcullis.Cli.Tests.Replay;
using Portcullis.Logs;
using Portcullis.Sessions;

namespace Portcullis.Cli.Tests.Evaluation;

public sealed class DetectionScoreTests
{
    private const decimal Start = 1_795_298_880m;

    private readonly List<SessionLabel> _labels = [];
    private readonly List<SessionDecision> _decisions = [];
    private readonly List<(string Sid, decimal Time)> _lines = [];

    [Fact]
    public void Of_InnocentRevoked_CountsPerViewerHourWithEvidence()
    {
        Viewer("a", "plain", hours: 3);
        Viewer("b", "cgnat", hours: 1);
        Revoke("b", 90);

        var score = Score();

        Assert.Equal(4, score.ViewerHours, 6);
        Assert.Equal(0.25, score.WrongRate!.PerViewerHour, 6);
        Assert.Equal(0.0253 / 4, score.WrongRate.Low, 4);
        Assert.Equal(5.572 / 4, score.WrongRate.High, 3);
        Assert.Equal(0, score.Precision);
        var wrong = Assert.Single(score.Wrong);
        Assert.Equal(("viewer:cgnat", "b"), (wrong.Label, wrong.Decision.Sid));
        Assert.Contains(DetectionScoreText.Lines(score), line => line.Contains("evidence on b", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_RevokedBeforeTheOffence_IsWrongAndNotFound()
    {
        Viewer("a", "plain", hours: 2);
        Offender("b", OffenceClass.Shared, "2", began: 100);
        Revoke("b", 99);
        Revoke("b", 130);

        var score = Score();

        Assert.Equal((0, 1), (score.RightRevocations, score.WrongRevocations));
        var group = Group(score, "shared:2");
        Assert.Equal((0, 1, 0), (group.Revoked, group.Early, group.Missed));
        Assert.Null(group.MedianSeconds);
    }

    [Fact]
    public void Of_Offenders_GivesRecallAndTimesByGroup()
    {
        var times = new[] { 4, 6, 8, 40 };
        for (var i = 0; i < times.Length; i++)
        {
            Offender($"three{i}", OffenceClass.Shared, i < 2 ? "3" : "4-9", began: 100);
            Revoke($"three{i}", 100 + times[i]);
        }
        Offender("two1", OffenceClass.Shared, "2", began: 100);
        Offender("two2", OffenceClass.Shared, "2-same-provider", began: 100);
        Revoke("two2", 110);
        Offender("home", OffenceClass.Shared, "household", began: 100);
        Flag("home", 120);
        Offender("rip", OffenceClass.Rip, "slow", began: 100);

        var score = Score();

        Assert.Equal(["all offenders", "all shared", "shared by 2", "shared by 3 or more", "all rip", "shared:2", "shared:2-same-provider", "shared:3", "shared:4-9", "shared:household", "rip:slow"], score.Offences.Select(group => group.Group));
        Assert.Equal((4, 4, 1.0, 7.0, 40.0), (Group(score, "shared by 3 or more").Sessions, Group(score, "shared by 3 or more").Revoked, Group(score, "shared by 3 or more").Recall, Group(score, "shared by 3 or more").MedianSeconds!.Value, Group(score, "shared by 3 or more").P95Seconds!.Value));
        Assert.Equal((0.5, 10.0), (Group(score, "shared by 2").Recall, Group(score, "shared by 2").MedianSeconds!.Value));
        Assert.Equal((0, 1, 0), (Group(score, "shared:household").Revoked, Group(score, "shared:household").Flagged, Group(score, "shared:household").Missed));
        Assert.Equal(1, Group(score, "rip:slow").Missed);
        Assert.Equal((8, 5, 8.0), (Group(score, "all offenders").Sessions, Group(score, "all offenders").Revoked, Group(score, "all offenders").MedianSeconds!.Value));
        Assert.Equal(1, score.Precision);
    }

    [Fact]
    public void Of_FlagBeforeTheOffence_FindsNothing()
    {
        Offender("a", OffenceClass.Restream, "home", began: 100);
        Flag("a", 90);

        Assert.Equal(1, Group(Score(), "restream:home").Missed);
    }

    [Fact]
    public void Of_RevokedAfterAFlag_IsRevoked()
    {
        Offender("a", OffenceClass.Rip, "fast", began: 100);
        Flag("a", 105);
        Revoke("a", 112);

        Assert.Equal((1, 0, 12.0), (Group(Score(), "rip:fast").Revoked, Group(Score(), "rip:fast").Flagged, Group(Score(), "rip:fast").MedianSeconds!.Value));
    }

    [Fact]
    public void Of_Viewers_AreToldApartByKind()
    {
        Viewer("a", "plain", hours: 1);
        Viewer("b", "plain", hours: 0.5);
        Viewer("c", "relay+seek", hours: 0.25);
        Flag("b", 5);
        Flag("c", 5);
        Revoke("c", 6);

        Assert.Equal(
            [new ViewerScore("all viewers", 3, 1.75, 1, 1, 1), new ViewerScore("viewer:plain", 2, 1.5, 1, 1, 0), new ViewerScore("viewer:relay+seek", 1, 0.25, 0, 0, 1)],
            Score().Viewers);
    }

    [Fact]
    public void Of_StrangersAndUnseenSessions_AreLeftOutAndSaid()
    {
        Viewer("a", "plain", hours: 1);
        _labels.Add(new SessionLabel("lost", OffenceClass.Viewer, "plain", null));
        Revoke("madeup", 5);

        var score = Score();

        Assert.Equal((1, 1, 0), (score.Unlabelled, score.Unseen, score.WrongRevocations));
        Assert.Null(score.Precision);
        Assert.Contains(DetectionScoreText.Lines(score), line => line == "decisions about 1 sessions without a label are left out");
    }

    [Fact]
    public void Of_RefusedLines_AreNoViewerHours()
    {
        Viewer("a", "plain", hours: 1);
        var spans = new SessionSpans(Labels);

        Take(spans, "a", Start, "ok.a", 200);
        Take(spans, "a", Start + 1_800, "ok.a", 200);
        Take(spans, "a", Start + 3_600, "no.signature", 401);

        Assert.Equal(0.5, spans.Hours("a"), 6);
    }

    [Fact]
    public void Json_Score_HasWhatTheTablesHave()
    {
        Viewer("a", "plain", hours: 1);
        Offender("b", OffenceClass.Shared, "2", began: 100);
        Revoke("a", 5);
        Revoke("b", 107);

        var json = JsonSerializer.Deserialize<JsonElement>(DetectionScoreText.Json(Score()));

        Assert.Equal(1, json.GetProperty("wrongRevocations").GetInt32());
        Assert.Equal(0.5, json.GetProperty("precision").GetDouble());
        Assert.Equal(1, json.GetProperty("wrongRate").GetProperty("perViewerHour").GetDouble(), 6);
        Assert.Equal(7, json.GetProperty("offences")[0].GetProperty("medianSeconds").GetDouble());
        Assert.Equal("viewer:plain", json.GetProperty("viewers")[1].GetProperty("kind").GetString());
        Assert.Equal("revoke", json.GetProperty("wrong")[0].GetProperty("decision").GetProperty("action").GetString());
    }

    private IReadOnlyDictionary<string, SessionLabel> Labels => _labels.ToDictionary(label => label.Sid);

    private DetectionScore Score()
    {
        var spans = new SessionSpans(Labels);
        foreach (var (sid, time) in _lines)
            Take(spans, sid, time, $"ok.{sid}", 200);
        return DetectionScore.Of(Labels, _decisions, spans);
    }

    private static void Take(SessionSpans spans, string sid, decimal time, string logData, int status)
    {
        Assert.Equal(LineFault.None, LogLineParser.TryParse(Encoding.UTF8.GetBytes(RecordedTraffic.Line(time, sid, "192.0.2.1", 1, logData, status)), LogFieldList.Default, out var line));
        spans.Take(line, LineStandings.Judge(line, LogDataTrust.WhenPresent, out var accepted), accepted);
    }

    private void Viewer(string sid, string kind, double hours)
    {
        _labels.Add(new SessionLabel(sid, OffenceClass.Viewer, kind, null));
        _lines.AddRange([(sid, Start), (sid, Start + (decimal)(hours * 3600))]);
    }

    private void Offender(string sid, OffenceClass offence, string kind, int began)
    {
        _labels.Add(new SessionLabel(sid, offence, kind, Start + began));
        _lines.AddRange([(sid, Start), (sid, Start + 600)]);
    }

    private void Revoke(string sid, int second) => Decide(sid, second, VerdictAction.Revoke);

    private void Flag(string sid, int second) => Decide(sid, second, VerdictAction.Flag);

    private void Decide(string sid, int second, VerdictAction action) =>
        _decisions.Add(new SessionDecision(sid, Start + second, action, 90, [new DecisionEvidence("test", 90, $"evidence on {sid}")]));

    private static OffenceScore Group(DetectionScore score, string name) => score.Offences.Single(group => group.Group == name);
}
