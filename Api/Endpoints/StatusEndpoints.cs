using System.Reflection;
using Portcullis.Api.Access;
using Portcullis.Api.Contract;
using Portcullis.Engine;

namespace Portcullis.Api.Endpoints;

/// <summary>How the installation is doing, for people and for load balancers.</summary>
internal static class StatusEndpoints
{
    private static readonly string Version = typeof(StatusEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    public static void MapStatus(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/status", (ServiceStatusReader reader) => reader.Read()).WithName("GetStatus").RequireAuthorization(RolePolicies.Operator);
        routes.MapGet("/v1/logs/malformed", Malformed).WithName("ListMalformedLines").RequireAuthorization(RolePolicies.Operator);
        routes.MapGet("/v1/logs/refused", Refused).WithName("ListRefusedSources").RequireAuthorization(RolePolicies.Operator);
        routes.MapGet("/health/live", () => Results.Ok(new { status = "live" })).WithName("HealthLive").AllowAnonymous();
        routes.MapGet("/health/ready", Ready).WithName("HealthReady").AllowAnonymous();
    }

    private static MalformedResponse Malformed(IServiceStatus status) => new(
        status.Malformed.Count,
        [.. status.Malformed.Recent().Select(line => new MalformedLineResponse(line.Seen, line.Fault.ToString(), line.Length, line.Text))]);

    private static RefusedResponse Refused(IServiceStatus status) => new(
        status.Stream.Refused, status.Stream.AfterBlock,
        [.. status.RefusedSources.Select(source => new RefusedSourceResponse(source.Address, source.Requests, source.Excess, source.AfterBlock, Moment.Of(source.LastSeen)))]);

    private static IResult Ready(IServiceStatus status, IKeyRotation keys)
    {
        var parts = status.Health.Select(health => new { health.Name, ready = health.IsHealthy, health.Error, health.Since })
            .Concat(status.Targets.Select(target => new { target.Name, ready = target.LastError is null, Error = target.LastError, Since = target.FailingSince ?? target.LastWrite ?? DateTimeOffset.UnixEpoch }))
            // A target may be a part with a health of its own as well: what is wrong with it counts.
            .GroupBy(part => part.Name, (_, same) => same.MinBy(part => part.ready)!)
            .ToList();
        var ready = parts.All(part => part.ready);
        // Anybody may ask: how far it is, not which keys and why.
        var rotation = keys.Status is { } under ? new { under.Stage, ageSeconds = Math.Round(under.Age.TotalSeconds, 1), stuck = under.IsStuck } : null;
        return Results.Json(new { status = ready ? "ready" : "not ready", parts, rotation }, statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>Puts the status together, for the endpoint, the events and the console alike.</summary>
    internal sealed class ServiceStatusReader(IInstallation installation, TimeProvider time)
    {
        private readonly long _started = time.GetTimestamp();

        public StatusResponse Read()
        {
            var now = time.GetUtcNow();
            var stream = installation.Stream;
            // A lag exists only while there is something left to read.
            var lag = (stream.BacklogBytes > 0 || stream.BehindSeconds > 0) && stream.LagAt(now) is { } behind ? Math.Round(behind.TotalSeconds, 3) : (double?)null;
            var (state, seconds) = (installation.Ledger.Current, now.ToUnixTimeSeconds());
            return new StatusResponse(
                Version, Math.Round(time.GetElapsedTime(_started).TotalSeconds, 1), installation.Engine, installation.EdgeUrl, installation.Sessions.Counts,
                state.CountStanding(seconds), state.Sequence, stream, lag, installation.Targets, installation.Health,
                installation.Keys.Current.Signing?.KeyId, installation.Keys.Current.Keys.Count, state.Disarmed is null, state.Held(seconds).Count(), RotationResponse.Of(installation.Rotation.Status), installation.Webhooks.Counts);
        }
    }
}
