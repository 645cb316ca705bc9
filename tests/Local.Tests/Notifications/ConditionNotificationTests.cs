using Portcullis.Engine;
using Portcullis.Notifications;

namespace Portcullis.Local.Tests.Notifications;

/// <summary>What receivers are told of conditions, across restarts; over stores of any kind.</summary>
public abstract class ConditionNotificationTests : IAsyncLifetime
{
    private WebhookInstallation _installation = null!;
    private Receiver _receiver = null!;

    /// <summary>The installation under test, not started yet.</summary>
    private protected abstract WebhookInstallation Create();

    public async Task InitializeAsync()
    {
        _installation = Create();
        _receiver = await Receiver.StartAsync();
        await _installation.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _installation.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [SkippableFact]
    public async Task Target_FailsForLong_IsToldOnceAcrossRestartsAndAgainWhenItRecovers()
    {
        await _installation.AddAsync(_receiver, "target.*");
        _installation.Target = _installation.Target with { LastError = "connect to 10.0.0.7 failed", Wanted = 5, Version = 3 };
        // Told, and known to be: one that is stopped before is told again.
        await _installation.UntilAsync(() => _receiver.Types.Count == 1 && _installation.Webhooks.Counts.Pending == 0, "it is told");
        await _installation.StartAgainAsync();
        var later = _installation.Time.GetUtcNow() + TimeSpan.FromMinutes(20);
        await _installation.UntilAsync(() => _installation.Time.GetUtcNow() > later, "nothing more happens");
        _installation.Target = _installation.Target with { LastError = null, Version = 5 };
        await _installation.UntilAsync(() => _receiver.Types.Count == 2, "the recovery is told");

        Assert.Equal(["target.down", "target.recovered"], _receiver.Types);
        var down = _receiver.Posts.First().Events.Single().GetProperty("data");
        Assert.Equal("""{"target":"edge","version":3,"wanted":5}""", down.GetRawText());
    }

    [SkippableFact]
    public async Task Stream_LagsForLong_IsToldAndItsRecovery()
    {
        await _installation.AddAsync(_receiver, "stream.*");
        _installation.Stream = new StreamStatus(1, 1, 0, 0, 0, 0, 0, 1_000, _installation.Time.GetUtcNow() - TimeSpan.FromSeconds(40));
        await _installation.UntilAsync(() => _receiver.Types.Count == 1, "it is told");
        _installation.Stream = _installation.Stream with { BacklogBytes = 0 };
        await _installation.UntilAsync(() => _receiver.Types.Count == 2, "the recovery is told");

        Assert.Equal(["stream.lagging", "stream.recovered"], _receiver.Types);
    }

    [SkippableFact]
    public async Task Target_FailsWhileNobodyListens_RecoveryIsToldToWhoCameLater()
    {
        _installation.Target = _installation.Target with { LastError = "down" };
        await _installation.UntilAsync(() => _installation.ToldConditions == 1, "it is remembered");
        await _installation.AddAsync(_receiver);
        _installation.Target = _installation.Target with { LastError = null };
        await _installation.UntilAsync(() => _receiver.Types.Count == 1, "the recovery is told");

        Assert.Equal(["target.recovered"], _receiver.Types);
    }
}
