using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Portcullis.Aws.Tests.KeyValueStore;
using Portcullis.Aws.Tests.Kinesis;
using Portcullis.Aws.Tests.Servers;
using Portcullis.Aws.Tests.Waf;
using Portcullis.Chaos;

namespace Portcullis.Aws.Tests.Profile;

/// <summary>All of AWS that the service needs, on 127.0.0.1, and a service with the profile <c>aws</c> that has nothing but it.</summary>
internal sealed class AwsWorld : IAsyncDisposable
{
    /// <summary>Settings by which many pirates at once are no cause to hold verdicts back.</summary>
    public static readonly (string, string)[] NoBreaker = [("Breaker__PerMinute", "100000"), ("Breaker__ConcentratedPercent", "100")];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly List<IDisposable> _servers = [];
    private ServiceProcess? _service, _another;
    private (string, string)[] _settings = [];

    private AwsWorld()
    {
    }

    /// <summary>The log's producing end.</summary>
    public Producer Log { get; private set; } = null!;

    /// <summary>The rule group, beside the proxy.</summary>
    public TestRuleGroup RuleGroup { get; private set; } = null!;

    /// <summary>The store of the edge function, behind the proxy.</summary>
    public StrictKeyValueStore Store { get; private set; } = null!;

    /// <summary>Stands before Kinesis, for the service; <see cref="Log"/> goes past it.</summary>
    public FaultProxy Stream { get; private set; } = null!;

    /// <summary>Stands before WAF and Secrets Manager.</summary>
    public FaultProxy Control { get; private set; } = null!;

    /// <summary>Stands before the KeyValueStore.</summary>
    public FaultProxy Edge { get; private set; } = null!;

    /// <summary>Stands before DynamoDB.</summary>
    public FaultProxy Tables { get; private set; } = null!;

    /// <summary>DynamoDB itself.</summary>
    public Uri DynamoDB { get; private set; } = null!;

    /// <summary>The service; start it.</summary>
    public ServiceProcess Service => _service!;

    /// <summary>A second process on the same AWS, as during a deployment; start it.</summary>
    public ServiceProcess Another => _another ??= new ServiceProcess(_settings);

    /// <summary>Starts the servers, of Kinesis the one that is fast.</summary>
    /// <param name="settings">Further settings of the service.</param>
    public static Task<AwsWorld> StartAsync(params (string, string)[] settings) => StartAsync(AwsServers.StartFastKinesisAsync, settings);

    /// <summary>Starts the servers.</summary>
    /// <param name="startKinesis">Starts Kinesis.</param>
    /// <param name="settings">Further settings of the service.</param>
    public static async Task<AwsWorld> StartAsync(Func<Task<ServerProcess>> startKinesis, params (string, string)[] settings)
    {
        var world = new AwsWorld();
        try
        {
            await world.OpenAsync(await startKinesis(), settings);
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>Puts the lines of a session that three homes play, three positions each: any of them would be revoked.</summary>
    public Task PlaySharedAsync(string sid) => Log.PutAsync(
        from position in Enumerable.Range(0, 3)
        from home in Enumerable.Range(1, 3)
        select Line(sid, $"19{home}.51.100.7", position));

    /// <summary>Looks again and again until something holds; fails when it does not within a minute.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        for (var waited = Stopwatch.StartNew(); !await condition(); await Task.Delay(50))
            Assert.True(waited.Elapsed < Patience, $"Did not happen within {Patience.TotalSeconds} s: {what}");
    }

    /// <summary>A line of the real-time log, in CloudFront's default fields.</summary>
    public static string Line(string sid, string address, int position, TimeSpan ago = default)
    {
        var time = (DateTimeOffset.UtcNow - ago).ToUnixTimeMilliseconds();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{time / 1000}.{time % 1000:d3}\t{address}\t200\t512345\tGET\tmedia.example.com\t/{sid}.aGVhZGVy.cGF5bG9hZA.c2lnbmF0dXJl/live/one/720p/seg-{position}.ts\tFRA56-P4\t{Guid.NewGuid():N}\t0.041\tMozilla/5.0%20(Windows%20NT%2010.0;%20Win64;%20x64)%20AppleWebKit/537.36\t-\tHit\tvideo/mp2t\t-\t-\tHit\tDE\t3320\t2000\tv\t-\t-\tok.{sid}\n");
    }

    /// <summary>Waits until both targets block all of these sessions.</summary>
    public Task AreBlockedAsync(params IReadOnlyCollection<string> sids) => UntilAsync(
        async () =>
        {
            if (!sids.All(StoreBlocks))
                return false;
            var patterns = await RuleGroup.PatternsAsync();
            return sids.All(sid => Blocks(patterns, sid));
        },
        $"{string.Join(", ", sids)} are blocked by both targets");

    /// <summary>Whether the KeyValueStore blocks a session.</summary>
    public bool StoreBlocks(string sid) => Store.Holds($"s:{sid}");

    /// <summary>Whether the rule group blocks a session's token path.</summary>
    public async Task<bool> WafBlocksAsync(string sid) => Blocks(await RuleGroup.PatternsAsync(), sid);

    /// <summary>Whether one of the patterns matches a token path of the session.</summary>
    public static bool Blocks(IEnumerable<string> patterns, string sid) => patterns.Any(pattern => Regex.IsMatch($"/{sid}.aGVhZGVy.cGF5bG9hZA.c2lnbmF0dXJl/live/one.m3u8", pattern, RegexOptions.ECMAScript));

    /// <summary>The patterns in the body of an UpdateRuleGroup.</summary>
    public static List<string> PatternsIn(byte[] body)
    {
        var patterns = new List<string>();
        Collect(JsonNode.Parse(body));
        return patterns;

        void Collect(JsonNode? node)
        {
            switch (node)
            {
                case JsonObject map:
                    foreach (var (name, value) in map)
                    {
                        if (name == "RegexString")
                            patterns.Add((string)value!);
                        else
                            Collect(value);
                    }
                    break;
                case JsonArray list:
                    foreach (var value in list)
                        Collect(value);
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>All decisions of the ledger, the newest first.</summary>
    public async Task<List<JsonElement>> DecisionsAsync()
    {
        var decisions = new List<JsonElement>();
        for (long? before = long.MaxValue; before is not null;)
        {
            var page = await Service.GetAsync($"/v1/revocations?state=all&limit=1000&before={before}");
            decisions.AddRange(page.GetProperty("revocations").EnumerateArray());
            before = page.GetProperty("before").ValueKind == JsonValueKind.Null ? null : page.GetProperty("before").GetInt64();
        }
        return decisions;
    }

    /// <summary>The sessions of all revocations in the ledger, in order, each as often as it is there.</summary>
    public async Task<List<string>> RevokedAsync() =>
    [
        .. (await DecisionsAsync()).Where(decision => decision.GetProperty("kind").GetString() == "revoke")
            .Select(decision => decision.GetProperty("subject").GetProperty("value").GetString()!).Order(StringComparer.Ordinal),
    ];

    /// <summary>Puts the asset <c>match-1</c>.</summary>
    public async Task PutAssetAsync()
    {
        var (status, answer) = await Service.SendAsync(HttpMethod.Put, "/v1/assets/match-1", new { path = "/live/one/master.m3u8" });
        Assert.True(status is 200 or 201, answer.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        _service?.Dispose();
        _another?.Dispose();
        foreach (var proxy in new[] { Stream, Control, Edge, Tables }.OfType<FaultProxy>())
            await proxy.DisposeAsync();
        if (Store is not null)
            await Store.DisposeAsync();
        Log?.Dispose();
        RuleGroup?.Dispose();
        foreach (var server in _servers)
            server.Dispose();
    }

    private async Task OpenAsync(ServerProcess kinesis, (string, string)[] settings)
    {
        _servers.Add(kinesis);
        var (moto, tables) = (await AwsServers.StartMotoAsync(), await AwsServers.StartDynamoDBAsync());
        _servers.AddRange([moto, tables]);
        DynamoDB = tables.Url;
        Log = new Producer(kinesis.Url, "logs");
        await Log.CreateAsync(2);
        RuleGroup = await TestRuleGroup.CreateAsync(moto);
        Store = await StrictKeyValueStore.StartAsync(TimeProvider.System);
        Stream = await FaultProxy.StartAsync(kinesis.Url);
        Control = await FaultProxy.StartAsync(moto.Url);
        Edge = await FaultProxy.StartAsync(Store.Url);
        Tables = await FaultProxy.StartAsync(tables.Url);
        _settings =
        [
            ("Profile", "aws"),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("Edge__Url", "https://d111111abcdef8.cloudfront.net"),
            ("Aws__Region", "eu-west-1"),
            ("Aws__Stream", "logs"),
            ("Aws__StreamStart", "TRIM_HORIZON"),
            ("Aws__RuleGroup", RuleGroup.Name.Arn),
            ("Aws__KeyValueStore", StrictKeyValueStore.Arn),
            ("Aws__KeySettleSeconds", "1"),
            ("Aws__Secret", "portcullis"),
            ("Aws__CreateTables", "true"),
            ("Aws__Endpoints__kinesis", Plain(Stream.Url)),
            ("Aws__Endpoints__wafv2", Plain(Control.Url)),
            ("Aws__Endpoints__secretsmanager", Plain(Control.Url)),
            ("Aws__Endpoints__dynamodb", Plain(Tables.Url)),
            ("Aws__Endpoints__cloudfront-keyvaluestore", Plain(Edge.Url)),
            .. settings,
        ];
        _service = new ServiceProcess(_settings);
    }

    private static string Plain(Uri url) => url.GetLeftPart(UriPartial.Authority);
}
