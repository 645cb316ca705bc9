using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Portcullis.Enforcement;
using Portcullis.Keys;
using Portcullis.Local.Edge;
using Portcullis.Revocations;
using Portcullis.Tokens;
using Portcullis.Tokens.Signed;

namespace Portcullis.Local.Tests.Edge;

/// <summary>A running edge on a free port with one key, a clock at a loop boundary of the sample title, and its log.</summary>
internal sealed class TestEdge : IAsyncDisposable
{
    /// <summary>The sample's loop (24 s) starts anew at this second, for the 74,583,333rd time.</summary>
    public const long LoopStart = 1_789_999_992;

    public const string Sid = "abcdefghij_K7nQ2xWbT9rLpZ4e";

    private TestEdge(LocalEdge edge, EdgeClock clock, EdgeLog log)
    {
        Edge = edge;
        Clock = clock;
        Log = log;
        Http = new RawHttp(edge.Url);
    }

    public LocalEdge Edge { get; }

    public EdgeClock Clock { get; }

    public EdgeLog Log { get; }

    public RawHttp Http { get; }

    public SigningKey Key { get; } = SigningKey.Draw("k1");

    public KeySet Keys => field ??= new KeySet(Key.KeyId, [Key]);

    public CloudFrontKeyPair Pair { get; } = CloudFrontKeyPair.Draw("KLOCAL00000001", CloudFrontKeyKind.EcdsaP256);

    public long Now => Clock.Now.ToUnixTimeSeconds();

    public static async Task<TestEdge> StartAsync(Func<LocalEdgeOptions, LocalEdgeOptions>? change = null, bool withKeys = true, ILoggerFactory? loggers = null)
    {
        var options = new LocalEdgeOptions { Url = new Uri("http://127.0.0.1:0") };
        var clock = new EdgeClock(DateTimeOffset.FromUnixTimeSeconds(LoopStart));
        var log = new EdgeLog();
        var edge = await LocalEdge.StartAsync(change?.Invoke(options) ?? options, log, clock, loggers ?? NullLoggerFactory.Instance, default);
        var started = new TestEdge(edge, clock, log);
        if (withKeys)
            await started.WriteAsync(RevocationSnapshot.Empty);
        return started;
    }

    public ValueTask WriteAsync(RevocationSnapshot revocations) =>
        Edge.WriteAsync(LocalEdgePlan.Draw(revocations, Keys, Now, [Pair.PublicKey]), default);

    public ValueTask RevokeAsync(Subject subject) => WriteAsync(RevocationSnapshot.Empty.Apply(new Decision
    {
        Sequence = 1,
        Id = "d1",
        Kind = DecisionKind.Revoke,
        Subject = subject,
        Source = DecisionSource.Manual,
        Reason = "test",
        Actor = "test",
        At = Clock.Now,
        Until = Now + 86_400,
    }));

    public string Mint(TokenPolicy? policy = null, IViewer? viewer = null, SigningKey? key = null, long? now = null) =>
        TokenMint.Mint(policy ?? new TokenPolicy { Paths = ["/vod/sample", "/live/sample"] }, viewer ?? Viewer.Unknown, Sid, key ?? Key, now ?? Now).Token!.Segment;

    public RawResponse Get(string path, params string[] headers) => Http.Send("GET", $"/{Mint()}{path}", headers);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Edge.DisposeAsync();
    }
}
