using System.Text;
using System.Text.Json;
using Portcullis.Revocations;
using Portcullis.Sessions;

namespace Portcullis.Notifications;

public sealed class NotificationTests
{
    private static JsonElement Parse(Notification notification) => JsonSerializer.Deserialize<JsonElement>(notification.Json);

    [Fact]
    public void Of_AutomaticRevocation_SaysWhyAndHoldsNoAddress()
    {
        var decision = Decisions.Revoke("auto-0123456789_abcdefghijklmnop-0", Subject.Session("0123456789_abcdefghijklmnop"), DecisionSource.Auto, evidenceUntil: 900) with
        {
            Sequence = 7,
            Score = 85,
            AssetId = "match-1",
            Actor = "somebody's key",
            Reason = "what a person wrote: 203.0.113.9",
            Evidence = [new("doubled-positions", 60, "5 positions — doubled", 5, 900_000), new("pace", 25, "too fast", 1, 900_000), new("pace", 5, "fast", 1, 800_000)],
        };
        var told = Parse(DecisionNotification.Of(decision));

        Assert.Equal(
            """{"decision":"auto-0123456789_abcdefghijklmnop-0","sequence":7,"kind":"revoke","subject":{"kind":"session","value":"0123456789_abcdefghijklmnop"},"reference":"ijklmnop","accountTag":"0123456789","source":"auto","asset":"match-1","score":85,"detectors":["doubled-positions","pace"],"reason":"5 positions \u2014 doubled","until":"1970-01-01T00:33:20+00:00"}""",
            told.GetProperty("data").GetRawText());
        Assert.Equal(["id", "type", "at", "data"], told.EnumerateObject().Select(field => field.Name));
        Assert.DoesNotContain("203.0.113.9", told.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("somebody", told.GetRawText(), StringComparison.Ordinal);
        Assert.All(told.GetRawText(), c => Assert.True(char.IsAscii(c)));
    }

    [Fact]
    public void Of_AccountLift_NamesTheAccountAndNoEnd()
    {
        var told = Parse(DecisionNotification.Of(Decisions.Lift("l1", Subject.Account("abcdefghij"))));

        Assert.Equal("revocation.lifted", told.GetProperty("type").GetString());
        Assert.Equal("""{"decision":"l1","sequence":0,"kind":"lift","subject":{"kind":"account","value":"abcdefghij"},"accountTag":"abcdefghij","source":"manual","detectors":[]}""", told.GetProperty("data").GetRawText());
    }

    [Theory]
    [InlineData(DecisionKind.Revoke, "revocation.blocked")]
    [InlineData(DecisionKind.Hold, "revocation.held")]
    [InlineData(DecisionKind.Release, "revocation.blocked")]
    [InlineData(DecisionKind.Drop, "revocation.dropped")]
    [InlineData(DecisionKind.Lift, "revocation.lifted")]
    [InlineData(DecisionKind.Disarm, "enforcement.disarmed")]
    [InlineData(DecisionKind.Arm, "enforcement.armed")]
    [InlineData(DecisionKind.Allow, "ledger.decided")]
    public void Of_Kind_HasItsName(DecisionKind kind, string expected) =>
        Assert.Equal(expected, DecisionNotification.Of(Decisions.Revoke("d1", Subject.Session("s")) with { Kind = kind }).Type);

    [Fact]
    public void Of_KindOrSubjectWithoutAName_IsToldAsADecision()
    {
        var told = DecisionNotification.Of(Decisions.Revoke("d1", new Subject((SubjectKind)9, "all"), until: 0) with { Kind = (DecisionKind)99 });

        Assert.Equal("ledger.decided", told.Type);
        Assert.Equal("""{"decision":"d1","sequence":0,"kind":99,"subject":{"kind":9,"value":"all"},"source":"manual","detectors":[]}""", Parse(told).GetProperty("data").GetRawText());
    }

    [Fact]
    public void Id_OfADecision_IsStableAndOneDecisionsOwn()
    {
        var ids = Enumerable.Range(0, 1_000).Select(i => DecisionNotification.Of(Decisions.Revoke($"d{i}", Subject.Session("s"))).Id).ToList();

        Assert.Equal(ids, Enumerable.Range(0, 1_000).Select(i => DecisionNotification.Of(Decisions.Revoke($"d{i}", Subject.Session("s")) with { Sequence = i, At = DateTimeOffset.UnixEpoch }).Id));
        Assert.Equal(1_000, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Matches("^evt_[0-9a-f]{24}$", id));
        Assert.NotEqual(Notification.Of("ping", DateTimeOffset.UnixEpoch, new { }).Id, Notification.Of("ping", DateTimeOffset.UnixEpoch, new { }).Id);
    }

    [Fact]
    public void Batch_Notifications_IsOneJsonObject()
    {
        var body = NotificationBatch.Write("dlv_1", [DecisionNotification.Of(Decisions.Revoke("d1", Subject.Session("s"))).Json, DecisionNotification.Of(Decisions.Lift("d2", Subject.Session("s"))).Json]);
        var parsed = JsonSerializer.Deserialize<JsonElement>(body);

        Assert.Equal(["version", "delivery", "events"], parsed.EnumerateObject().Select(field => field.Name));
        Assert.Equal(["revocation.blocked", "revocation.lifted"], parsed.GetProperty("events").EnumerateArray().Select(told => told.GetProperty("type").GetString()));
    }

    [Fact]
    public void Sign_KnownInput_IsTheMacThatOpensslGives()
    {
        // printf '1800000000.{}' | openssl dgst -sha256 -hmac whsec_a
        var header = WebhookSignature.Sign(["whsec_a", "whsec_b"], DateTimeOffset.FromUnixTimeSeconds(1_800_000_000), "{}"u8);

        Assert.Equal("t=1800000000,v1=f66ebcd4d4dfd6f204ad83d004ebfc0312e82e8dfe7df5110714cbc58099a9c8,v1=e8fbaff85e74b51d5acb556b88d9944d1b61ff5fd60921581cf2b8aa4b535fc5", header);
    }

    [Fact]
    public void DrawSecret_Many_AreDistinctAndLong()
    {
        var secrets = Enumerable.Range(0, 100).Select(_ => WebhookSignature.DrawSecret()).ToList();

        Assert.All(secrets, secret => Assert.Matches("^whsec_[0-9A-Za-z]{43}$", secret));
        Assert.Equal(100, secrets.Distinct().Count());
    }

    [Fact]
    public void Filter_Patterns_LetTheirTypesThrough()
    {
        var filter = new NotificationFilter(["revocation.*", "target.down"]);

        Assert.Equal(["revocation.blocked", "revocation.held", "revocation.dropped", "revocation.lifted", "target.down"], filter.Types);
        Assert.True(filter.Wants("revocation.lifted"));
        Assert.False(filter.Wants("target.recovered"));
        Assert.Equal(NotificationTypes.All, NotificationFilter.Everything.Types);
    }

    [Theory]
    [InlineData("revocation.blocked", true)]
    [InlineData("revocation.*", true)]
    [InlineData("*", false)]
    [InlineData(".*", false)]
    [InlineData("rev*", false)]
    [InlineData("revocation", false)]
    [InlineData("revocation.", false)]
    [InlineData("revocation.blocked.*", false)]
    [InlineData("Revocation.*", false)]
    [InlineData("ping", false)]
    [InlineData("", false)]
    public void Filter_Pattern_IsValidWhenItLetsAnythingThrough(string pattern, bool expected) => Assert.Equal(expected, NotificationFilter.IsValid(pattern));

    [Theory]
    [InlineData(200, true)]
    [InlineData(204, true)]
    [InlineData(299, true)]
    [InlineData(199, false)]
    [InlineData(302, false)]
    [InlineData(400, false)]
    [InlineData(410, false)]
    [InlineData(500, false)]
    public void Outcome_Status_OnlyTwoHundredsAreTaken(int status, bool delivered) => Assert.Equal(delivered, PostOutcome.Of(status, TimeSpan.Zero).IsDelivered);
}
