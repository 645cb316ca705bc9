using Portcullis.Local.Ledger;
using Portcullis.Local.Tests.Storage;
using Portcullis.Revocations;
using Portcullis.Sessions;

namespace Portcullis.Local.Tests.Ledger;

public sealed class RetentionTests : IAsyncLifetime
{
    private static readonly Subject Old = Subject.Session("old"), Recent = Subject.Session("recent"), ByHand = Subject.Session("by-hand"), Lifted = Subject.Session("lifted");

    private readonly ManualTime _time = new();
    private readonly TestDatabase _database;
    private SqliteLedger _ledger;

    public RetentionTests()
    {
        _database = new TestDatabase(_time);
        _ledger = new SqliteLedger(_database.Database, _database.Writer, _time);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _database.DisposeAsync().AsTask();

    [Fact]
    public async Task ForgetEvidence_OfOldDecisions_KeepsTheBlockAndWhatPeopleWrote()
    {
        var start = _time.GetUtcNow();
        await RevokeAsync(Old, DecisionSource.Auto);
        await RevokeAsync(ByHand, DecisionSource.Manual);
        await RevokeAsync(Lifted, DecisionSource.Auto);
        await _ledger.AppendAsync((await _ledger.FindAsync("dec-lifted"))!.TakenBack("lift", null, "a customer", "ada", start));
        _time.Advance(TimeSpan.FromDays(80));
        await RevokeAsync(Recent, DecisionSource.Auto);
        _time.Advance(TimeSpan.FromDays(11));

        var first = await _ledger.ForgetEvidenceAsync(_time.GetUtcNow() - TimeSpan.FromDays(90), default);
        var second = await _ledger.ForgetEvidenceAsync(_time.GetUtcNow() - TimeSpan.FromDays(90), default);
        var inMemory = _ledger.Current;
        await _database.ReopenAsync();
        _ledger = new SqliteLedger(_database.Database, _database.Writer, _time);

        Assert.Equal((4, 0), (first, second));
        foreach (var state in (RevocationSnapshot[])[inMemory, _ledger.Current])
        {
            var old = state.Find(Old, _time.GetUtcNow().ToUnixTimeSeconds())!.Decision;
            Assert.Equal(("dec-old", start, 85, Decision.ExpiredReason), (old.Id, old.At, old.Score, old.Reason));
            Assert.Equal((0, null, null), (old.Evidence.Count, old.UserAgent, old.Asn));
            Assert.Equal("app/7", state.Find(Recent, _time.GetUtcNow().ToUnixTimeSeconds())!.Decision.UserAgent);
            var byHand = state.Find(ByHand, _time.GetUtcNow().ToUnixTimeSeconds())!.Decision;
            Assert.Equal(("seen by ada", null), (byHand.Reason, byHand.UserAgent));
        }
        var lift = (await _ledger.FindAsync("lift"))!;
        Assert.Equal(("a customer", 0, null, null), (lift.Reason, lift.Evidence.Count, lift.UserAgent, lift.Asn));
        Assert.Equal(Decision.ExpiredReason, (await _ledger.FindAsync("dec-old"))!.Reason);
        Assert.Equal("five positions", (await _ledger.FindAsync("dec-recent"))!.Evidence.Single().Sentence);
    }

    [Fact]
    public async Task ForgetEvidence_ThousandsOfDecisions_AreAllForgotten()
    {
        await Task.WhenAll(Enumerable.Range(0, 1_300).Select(number => RevokeAsync(Subject.Session($"s{number}"), DecisionSource.Auto)));

        Assert.Equal(1_300, await _ledger.ForgetEvidenceAsync(_time.GetUtcNow() + TimeSpan.FromSeconds(1), default));
        Assert.All(await _ledger.HistoryAsync(null, null, 1_000), decision => Assert.Empty(decision.Evidence));
    }

    private Task RevokeAsync(Subject subject, DecisionSource source) => _ledger.AppendAsync(new Decision
    {
        Id = $"dec-{subject.Value}",
        Kind = DecisionKind.Revoke,
        Subject = subject,
        Source = source,
        Reason = source == DecisionSource.Auto ? "five positions" : "seen by ada",
        Actor = "test",
        At = _time.GetUtcNow(),
        Until = _time.GetUtcNow().AddDays(300).ToUnixTimeSeconds(),
        Score = source == DecisionSource.Auto ? 85 : 0,
        Evidence = source == DecisionSource.Auto ? [new Finding("doubled-positions", 85, "five positions", 5, 1_000) { IsDecisive = true }] : [],
        UserAgent = "app/7",
        Asn = 64500,
    }).AsTask();
}
