using Portcullis.Enforcement;
using Portcullis.Engine;

namespace Portcullis.Api.Contract;

internal sealed record StatusResponse(
    string Version, double UptimeSeconds, string Engine, Uri EdgeUrl, SessionCounts Sessions, int Revocations, long LedgerSequence,
    StreamStatus Stream, double? StreamLagSeconds, IReadOnlyList<TargetStatus> Targets, IReadOnlyList<StoreHealth> Stores, string? SigningKey, int Keys, bool Armed, int Held,
    RotationResponse? Rotation, WebhookCounts Webhooks);

internal sealed record MalformedResponse(long Count, IReadOnlyList<MalformedLineResponse> Lines);

internal sealed record MalformedLineResponse(DateTimeOffset Seen, string Fault, int Length, string Text);

internal sealed record RefusedResponse(long Count, long AfterBlock, IReadOnlyList<RefusedSourceResponse> Sources);

internal sealed record RefusedSourceResponse(string Address, long Requests, long Excess, long AfterBlock, DateTimeOffset LastSeen);
