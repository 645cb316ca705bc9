using System.Text.Json;
using Portcullis.Cli.Service;
using Portcullis.Cli.Service.Contract;

namespace Portcullis.Cli.Simulation;

/// <summary>Asks the service for what it knows of one session, until the session is revoked.</summary>
internal sealed class SessionWatch(ServiceClient service, SimulationClock clock, string sid)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PaceInTrouble = TimeSpan.FromSeconds(1);

    private JsonElement _answer;

    /// <summary>The newest answer, or null before the service knew the session.</summary>
    public SessionRecord? Session { get; private set; }

    /// <summary>When the session was first seen flagged, since the simulation began.</summary>
    public TimeSpan? FlaggedAt { get; private set; }

    /// <summary>When it was first seen revoked.</summary>
    public TimeSpan? RevokedAt { get; private set; }

    /// <summary>Why the newest question got no answer, or null.</summary>
    public string? Trouble { get; private set; }

    /// <summary>The evidence as the service gave it.</summary>
    public JsonElement? Evidence =>
        _answer.ValueKind != JsonValueKind.Object ? null
        : _answer.TryGetProperty("evidence", out var evidence) && evidence.ValueKind == JsonValueKind.Array ? evidence
        : null;

    /// <summary>Asks about ten times a second until the session is revoked or the token is cancelled.</summary>
    public async Task UntilRevokedAsync(CancellationToken cancellationToken)
    {
        while (RevokedAt is null)
        {
            await AskAsync(cancellationToken);
            if (RevokedAt is null)
            {
                await Task.Delay(Trouble is null ? Pace : PaceInTrouble, cancellationToken);
            }
        }
    }

    /// <summary>Asks once. A service that does not answer or does not know the session is no failure here.</summary>
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            var answer = await service.SessionAsync(sid, cancellationToken);
            (Session, _answer, Trouble) = (service.Read<SessionRecord>(answer), answer, null);
        }
        catch (ServiceFailure failure)
        {
            Trouble = failure.Status == 404 ? null : failure.Message;
            return;
        }

        if (Session.Revoked || Session.Revocation is not null)
        {
            RevokedAt ??= clock.Elapsed;
        }
        else if (Session.Action is "flag" or "revoke")
        {
            FlaggedAt ??= clock.Elapsed;
        }
    }
}
