using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Portcullis.Cli.Tests;

/// <summary>API and edge in one: short segments, and a session that is revoked when enough viewers share it.</summary>
internal sealed class FakeService : IAsyncDisposable
{
    public const string Key = "pk-fake-admin-key-0123456789";
    /// <summary>An asset that is refused while there is a <see cref="Refusal"/>.</summary>
    public const string RefusedAsset = "film_42";
    public const string Sid = "FakeSession12345";
    public const string Token = Sid + ".eyJhbGciOiJIUzI1NiJ9.eyJ2ZXIiOjIsImlhdCI6MX0.c2lnbmF0dXJlc2lnbmF0dXJlc2lnbmF0dXJl";

    public const string WebhookId = "wh_0123456789ab";
    public const string WebhookSecret = "whsec_FakeFakeFakeFakeFakeFakeFakeFakeFakeFakeFak";

    private const string OldKeyId = "20241104_0123456789abcdef0123";
    private const double SegmentSeconds = 0.2;
    private readonly WebApplication _app;
    private readonly DateTime _start = DateTime.UtcNow;
    private int _failures;

    private FakeService(WebApplication app) => _app = app;

    public Uri Url { get; private set; } = null!;

    /// <summary>Distinct viewers with segments that lead to a revocation.</summary>
    public int RevokeAt { get; init; } = int.MaxValue;

    public string Arming { get; init; } = "armed";

    /// <summary>Media requests answered with 503 before any other answer.</summary>
    public int Failures { get => _failures; init => _failures = value; }

    /// <summary>Status of every media answer, when not 200.</summary>
    public int EdgeStatus { get; init; } = 200;

    public ConcurrentQueue<(string Address, string Agent, string Path)> Fetches { get; } = new();

    /// <summary>What was asked to be changed: path and body, and in front of them the method where it is not POST.</summary>
    public ConcurrentQueue<string> Posts { get; } = new();

    /// <summary>Whether a rotation is under way already.</summary>
    public bool Joins { get; set; }

    /// <summary>Status of the answer to an asset that is refused; null to accept it.</summary>
    public int? Refusal { get; set; }

    /// <summary>Whether the breaker holds a revocation of the session.</summary>
    public bool Holds { get; set; }

    public bool Revoked => Viewers >= RevokeAt;

    private int Viewers => Fetches.Where(f => f.Path.EndsWith(".ts", StringComparison.Ordinal)).Select(f => f.Address).Distinct().Count();

    public static async Task<FakeService> StartAsync(int revokeAt = int.MaxValue, string arming = "armed", int failures = 0, int edgeStatus = 200)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var service = new FakeService(app) { RevokeAt = revokeAt, Arming = arming, Failures = failures, EdgeStatus = edgeStatus };
        app.Run(service.AnswerAsync);
        await app.StartAsync();
        service.Url = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return service;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        return path.StartsWith("/v1/", StringComparison.Ordinal) ? ApiAsync(context, path) : EdgeAsync(context, path);
    }

    private async Task ApiAsync(HttpContext context, string path)
    {
        var (request, response) = (context.Request, context.Response);
        if (request.Headers.Authorization != $"Bearer {Key}")
        {
            await ProblemAsync(response, 401, """{"title":"Unauthorized"}""");
            return;
        }

        var body = await new StreamReader(request.Body).ReadToEndAsync();
        if (request.Method != "GET")
        {
            Posts.Enqueue(request.Method == "POST" ? $"{path} {body}" : $"{request.Method} {path} {body}");
        }

        if (request.Method == "DELETE" && !path.StartsWith("/v1/accounts/", StringComparison.Ordinal))
        {
            response.StatusCode = 204;
            return;
        }

        object? answer = (request.Method, path) switch
        {
            ("POST", "/v1/tokens") => new { playbackUrl = $"{Url}{Token}/live/{(body.Contains("vod", StringComparison.Ordinal) ? "vod" : "sample")}/master.m3u8", sid = Sid },
            ("POST", "/v1/revocations") => Revocation(),
            ("POST", "/v1/revocations/dec-1/lift") => new { id = "dec-2", kind = "lift" },
            ("GET", "/v1/revocations") when request.Query["state"] == "held" => new { revocations = new[] { Held(request.QueryString.Value!) } },
            ("POST", "/v1/revocations/lift" or "/v1/revocations/held/release" or "/v1/revocations/held/drop") =>
                new { requestId = "r1", dryRun = body.Contains("\"dryRun\":true", StringComparison.Ordinal), matched = 12, done = 34 },
            ("POST", "/v1/disarm") => new { armed = false, actor = "night shift", reason = "because", at = _start },
            ("POST", "/v1/arm") => new { armed = true },
            ("GET", "/v1/allow") => new { entries = new[] { Allowed() } },
            ("POST", "/v1/allow") => Allowed(),
            ("GET", "/v1/revocations") => new { revocations = request.Query["sid"] == Sid ? [Revocation()] : Array.Empty<object>() },
            ("GET", "/v1/assets") => new { assets = new[] { new { id = "sample-live", host = "localhost", path = "/live/", arming = Arming } } },
            ("GET", "/v1/assets/sample-live") => new { id = "sample-live", arming = Arming },
            ("GET", "/v1/keys") => new
            {
                keys = new object[]
                {
                    new { keyId = "20270115-abcdefgh", format = "v2", signing = true, state = "signing", since = new DateTime(2027, 1, 15, 8, 0, 0, DateTimeKind.Utc), heldBy = new[] { "local-edge" } },
                    KeyOf(OldKeyId, "v1", false),
                },
                rotation = Joins ? Rotation(false) : null,
            },
            ("POST", "/v1/keys/rotate") => new { outcome = Joins ? "joined" : "started", rotation = Rotation(body.Contains("\"emergency\":true", StringComparison.Ordinal)) },
            ("POST", "/v1/keys/import") => KeyOf(OldKeyId, "v1", body.Contains("\"signing\":true", StringComparison.Ordinal)),
            ("GET", "/v1/webhooks") => new { webhooks = new[] { Webhook(), Webhook("wh_gone") } },
            ("POST", "/v1/webhooks" or $"/v1/webhooks/{WebhookId}/secret") => new { webhook = Webhook(), secret = WebhookSecret },
            ("POST", $"/v1/webhooks/{WebhookId}/enable") => Webhook(),
            ("POST", $"/v1/webhooks/{WebhookId}/test") => new { delivered = true, status = 204, error = (string?)null, milliseconds = 12.5 },
            ("POST", "/v1/webhooks/wh_gone/test") => new { delivered = false, status = (int?)null, error = "it cannot be connected to", milliseconds = 2.5 },
            ("GET", $"/v1/webhooks/{WebhookId}/deliveries") => new
            {
                deliveries = request.Query["state"] == "dead" ? Array.Empty<object>()
                    : [new { id = "dlv_7", state = "pending", events = 3, created = _start, attempts = 2, lastAttempt = DateTimeOffset.UnixEpoch, status = 503, error = "answered 503", nextAttempt = DateTimeOffset.UnixEpoch.AddSeconds(10) }],
            },
            ("POST", $"/v1/webhooks/{WebhookId}/redeliver") => new { redelivered = 4 },
            ("GET" or "PUT", "/v1/keys/cloudfront") => new { keyPairId = "KDRAWN00000000", kind = "rsa2048", publicKey = "-----BEGIN PUBLIC KEY-----" },
            ("PUT", _) when path.StartsWith("/v1/assets/", StringComparison.Ordinal) => Refusal is not null && path.EndsWith(RefusedAsset, StringComparison.Ordinal) ? null : new { id = path["/v1/assets/".Length..] },
            ("GET", "/v1/sessions") => new { sessions = new[] { Session() } },
            ("GET", "/v1/sessions/" + Sid) => Session(),
            ("GET" or "PUT", _) when path.StartsWith("/v1/accounts/", StringComparison.Ordinal) => Account(),
            ("DELETE", _) => new { sessions = 2, decisions = 1, slots = 3 },
            ("GET", "/v1/status") => new { version = "0.1.0", sessions = new { live = 3, flagged = 1 }, targets = new[] { new { name = "local-edge", lagMilliseconds = 4 } } },
            _ => null,
        };
        await ((answer, path) switch
        {
            (not null, _) => response.WriteAsJsonAsync(answer),
            (_, "/v1/assets/" + RefusedAsset) => ProblemAsync(response, Refusal ?? 404, """{"title":"Not this one","errors":{"v1Policy.exp":["is too odd"]}}"""),
            (_, "/v1/sessions/forbidden") => ProblemAsync(response, 403, """{"title":"Forbidden"}"""),
            (_, "/v1/sessions/invalid") => ProblemAsync(response, 400, """{"title":"Not valid","detail":"see errors","errors":{"sid":["is too odd"]}}"""),
            _ => ProblemAsync(response, 404, """{"title":"Not found","detail":"no such thing"}"""),
        });
    }

    private object Session() => new
    {
        sid = Sid,
        asset = "sample-live",
        score = Viewers > 1 ? 95 : 0,
        action = Revoked ? "revoke" : "observe",
        lines = Fetches.Count,
        viewers = Viewers,
        firstSeen = _start,
        revoked = Revoked,
        reference = "n12345",
        evidence = Viewers > 1 ? [new { detector = "concurrent-viewers", weight = 60, sentence = $"{Viewers} viewers at once \u001b[31m" }] : Array.Empty<object>(),
        held = Holds ? Held("?") : null,
        seen = new[] { new { address = "198.51.100.10", userAgent = "agent", country = "DE", asn = 64496, fetches = 3 } },
    };

    private static object Webhook(string id = WebhookId) => new
    {
        id,
        url = "https://hooks.example.com/x?…",
        events = id == WebhookId ? ["revocation.*"] : Array.Empty<string>(),
        description = "billing",
        created = DateTimeOffset.UnixEpoch,
        disabled = id == WebhookId ? (DateTimeOffset?)null : DateTimeOffset.UnixEpoch,
        oldSecretUntil = DateTimeOffset.UnixEpoch.AddDays(1),
    };

    private static object Rotation(bool emergency) => new
    {
        keyId = "20270116-ijklmnop", emergency, reason = "because", stage = "pending", ageSeconds = 700.4, stuck = true,
        waitingFor = new[] { new { target = "far", reason = "could not be read yet" } },
    };

    private object Account() => new
    {
        limits = new { maxSessions = 3, whenFull = "refuse", maxOutstandingTokens = 50, mintsPerMinute = 30 },
        settings = new { maxSessions = 3 },
        heldSlots = 1,
        outstandingTokens = 2,
        mintsWithinAMinute = 1,
        sessions = new[] { new { reference = "n12345ab", state = "live", asset = "sample-live", device = "Apple TV", since = _start, lastSeen = _start, expiresAt = _start } },
        block = new { id = "dec-9", reason = "chargeback", actor = "anna", at = _start, until = _start },
    };

    private static object Held(string query) => new
    {
        id = "auto-held-0", sequence = 7, subject = new { kind = "session", value = Sid }, kind = "hold", heldFor = "rate", asset = "sample-live", score = 85, at = DateTimeOffset.UnixEpoch, reason = $"asked {query}", userAgent = "app/7.1", asn = 64500,
    };

    private static object Allowed() => new { id = "allow_1", kind = "cidr", value = "192.0.2.0/24", owner = "support", reason = "a partner", expires = DateTimeOffset.UnixEpoch };

    private static object KeyOf(string keyId, string format, bool signing) => new { keyId, format, signing };

    private static object Revocation() =>
        new { id = "dec-1", subject = new { kind = "session", value = Sid }, kind = "revoke", source = "manual", reason = "because" };

    private async Task EdgeAsync(HttpContext context, string path)
    {
        var response = context.Response;
        if (Interlocked.Decrement(ref _failures) >= 0)
        {
            response.StatusCode = 503;
            return;
        }

        if (EdgeStatus != 200 || Revoked)
        {
            response.StatusCode = EdgeStatus != 200 ? EdgeStatus : 403;
            response.Headers["X-Portcullis"] = "revoked";
            return;
        }

        var headers = context.Request.Headers;
        Fetches.Enqueue((headers["CloudFront-Viewer-Address"].ToString(), headers.UserAgent.ToString(), path));
        await response.WriteAsync(path.Split('/')[^1] switch
        {
            "master.m3u8" => "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=800000\nlow/index.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=2000000\nhigh/index.m3u8\n",
            "index.m3u8" => path.Contains("/vod/", StringComparison.Ordinal) ? Playlist(0, 4) + "#EXT-X-ENDLIST\n" : Live(),
            _ => new string('x', 1000),
        });
    }

    private string Live() => Playlist((long)((DateTime.UtcNow - _start).TotalSeconds / SegmentSeconds), 5);

    private static string Playlist(long first, int count)
    {
        var duration = SegmentSeconds.ToString(CultureInfo.InvariantCulture);
        return $"#EXTM3U\n#EXT-X-TARGETDURATION:{duration}\n#EXT-X-MEDIA-SEQUENCE:{first}\n"
            + string.Concat(Enumerable.Range(0, count).Select(i => $"#EXTINF:{duration},\nseg{first + i}.ts\n"));
    }

    private static Task ProblemAsync(HttpResponse response, int status, string body)
    {
        (response.StatusCode, response.ContentType) = (status, "application/problem+json");
        return response.WriteAsync(body);
    }
}
