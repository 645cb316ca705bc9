using Amazon.Runtime;
using Portcullis.Aws.KeyValueStore;
using Portcullis.Aws.Tests.Servers;
using Portcullis.Enforcement.KeyValueStores;

namespace Portcullis.Aws.Tests.KeyValueStore;

public sealed class KeyValueStoreClientTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private StrictKeyValueStore _store = null!;

    public async Task InitializeAsync() => _store = await StrictKeyValueStore.StartAsync(_time);

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task UpdateAsync_PutsAndDeletes_AreDoneTogetherAndAnswerTheNewVersion()
    {
        using var client = _store.Connect(_time);
        _store.Put("s:old", "1");
        var before = await client.DescribeAsync(CancellationToken.None);

        var after = await client.UpdateAsync(new KeyValueStoreBatch([new("s:ü/new key?", "2"), new("s:empty", "")], ["s:old"]), before.ETag, CancellationToken.None);

        Assert.Equal((1, 6), (before.Items, before.Bytes));
        Assert.Equal(2, after.Items);
        Assert.Equal(after, await client.DescribeAsync(CancellationToken.None));
        Assert.Equal([new("s:empty", ""), new("s:ü/new key?", "2")], await client.ListAsync(CancellationToken.None).ToListAsync());
    }

    [Theory]
    [InlineData(-3_600)]
    [InlineData(-301)]
    [InlineData(301)]
    [InlineData(86_400)]
    public async Task DescribeAsync_ClockIsWrong_TakesTheServicesTimeOnce(int seconds)
    {
        var wrong = new ManualTime(_time.GetUtcNow().AddSeconds(seconds));
        using var client = _store.Connect(wrong);

        await client.DescribeAsync(CancellationToken.None);
        await client.DescribeAsync(CancellationToken.None);

        Assert.Equal(["InvalidSignatureException"], _store.Refusals);
        Assert.Equal(2, _store.Describes);
    }

    [Fact]
    public async Task DescribeAsync_SecretIsWrong_FailsAtOnce()
    {
        using var client = _store.Connect(_time, credentials: new BasicAWSCredentials("test", "another"));

        var error = await Assert.ThrowsAsync<KeyValueStoreException>(() => client.DescribeAsync(CancellationToken.None));

        Assert.Equal("DescribeKeyValueStore was answered 403 InvalidSignatureException (request 0f1e2d3c).", error.Message);
        Assert.Single(_store.Refusals);
    }

    [Fact]
    public async Task DescribeAsync_CredentialsChange_SignsWithTheNewOnesAndTheirToken()
    {
        _store.Verifier.Admit("ASIAONE", "one", "token/one+==");
        var source = new ChangingCredentials { Now = new ImmutableCredentials("ASIAONE", "one", "token/one+==") };
        using var client = _store.Connect(_time, credentials: source);
        await client.DescribeAsync(CancellationToken.None);
        _store.Verifier.Dismiss("ASIAONE");
        _store.Verifier.Admit("ASIATWO", "two", "token/two");
        source.Now = new ImmutableCredentials("ASIATWO", "two", "token/two");
        await client.DescribeAsync(CancellationToken.None);

        Assert.Equal(2, _store.Describes);
        Assert.Empty(_store.Refusals);
    }

    [Fact]
    public async Task DescribeAsync_NoCredentialsGiven_TakesThoseOfTheStandardChain()
    {
        var chain = new Dictionary<string, string> { ["AWS_ACCESS_KEY_ID"] = "ASIACHAIN", ["AWS_SECRET_ACCESS_KEY"] = "chain", ["AWS_SESSION_TOKEN"] = "token" };
        _store.Verifier.Admit("ASIACHAIN", "chain", "token");
        using var client = new KeyValueStoreClient(new KeyValueStoreArn(StrictKeyValueStore.Arn), _store.Connection() with { Credentials = null }, _time);
        try
        {
            foreach (var (name, value) in chain)
                Environment.SetEnvironmentVariable(name, value);

            await client.DescribeAsync(CancellationToken.None);
        }
        finally
        {
            foreach (var name in chain.Keys)
                Environment.SetEnvironmentVariable(name, null);
        }

        Assert.Empty(_store.Refusals);
    }

    [Theory]
    [InlineData("throttled", 429)]
    [InlineData("server error", 500)]
    [InlineData("dropped", null)]
    public async Task DescribeAsync_MoreFaultsThanRetries_Fails(string kind, int? status)
    {
        await using var proxy = await FaultProxy.StartAsync(_store.Url);
        proxy.Judge = (_, _) => kind switch
        {
            "throttled" => new Fault(429, "TooManyRequestsException", false),
            "server error" => Fault.ServerError,
            _ => Fault.Dropped,
        };
        using var client = _store.Connect(_time, proxy.Url);
        var call = client.DescribeAsync(CancellationToken.None);
        await Poll.UntilAsync(_time, TimeSpan.FromMilliseconds(50), () => call.IsCompleted, "four attempts");

        var error = await Assert.ThrowsAsync<KeyValueStoreException>(() => call);

        Assert.Equal(status, (int?)error.Status);
        Assert.Equal(4, proxy.Requests);
    }

    [Fact]
    public async Task UpdateAsync_AnswerIsLost_TheRepetitionMeetsTheVersion()
    {
        await using var proxy = await FaultProxy.StartAsync(_store.Url);
        using var client = _store.Connect(_time, proxy.Url);
        var state = await client.DescribeAsync(CancellationToken.None);
        var lost = 0;
        proxy.Judge = (_, _) => Interlocked.Increment(ref lost) == 1 ? Fault.AnswerLost : null;
        var call = client.UpdateAsync(new KeyValueStoreBatch([new("s:a", "1")], []), state.ETag, CancellationToken.None);
        await Poll.UntilAsync(_time, TimeSpan.FromMilliseconds(50), () => call.IsCompleted, "the repetition");

        Assert.True((await Assert.ThrowsAsync<KeyValueStoreException>(() => call)).IsConflict);
        Assert.Equal("1", _store.Content["s:a"]);
    }

    [Theory]
    [InlineData(51, 1, 1, 400)]
    [InlineData(1, 513, 1, 400)]
    [InlineData(1, 1, 1_025, 400)]
    [InlineData(50, 512, 1_024, 200)]
    public async Task UpdateAsync_BeyondALimit_IsRefusedWhole(int keys, int keyLength, int valueLength, int status)
    {
        using var client = _store.Connect(_time);
        var state = await client.DescribeAsync(CancellationToken.None);
        var puts = Enumerable.Range(0, keys).Select(i => new KeyValueStoreEntry($"{i}".PadLeft(keyLength, 'k'), new string('v', valueLength))).ToList();
        var call = client.UpdateAsync(new KeyValueStoreBatch(puts, []), state.ETag, CancellationToken.None);

        if (status == 200)
            Assert.Equal(keys, (await call).Items);
        else
            Assert.Equal(status, (int)(await Assert.ThrowsAsync<KeyValueStoreException>(() => call)).Status!);
        Assert.Equal(status == 200 ? keys : 0, _store.Content.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("arn:aws:cloudfront::1234:key-value-store/a")]
    [InlineData("arn:aws:cloudfront:us-east-1:111122223333:key-value-store/a")]
    [InlineData("arn:aws:cloudfront::111122223333:distribution/a")]
    [InlineData("arn:aws:cloudfront::111122223333:key-value-store/a\n")]
    public void Arn_OfSomethingElse_IsRefused(string text) =>
        Assert.Contains("key-value-store/<id>", Assert.Throws<ArgumentException>(() => new KeyValueStoreArn(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Arn_WithoutAnEndpoint_IsReachedAtItsAccountsHost() => Assert.Equal(
        "https://111122223333.cloudfront-kvs.global.api.aws/key-value-stores/arn%3Aaws%3Acloudfront%3A%3A111122223333%3Akey-value-store%2F8aa76c93-3198-462c-aaf6-69f1a8f21cb1",
        new KeyValueStoreArn(StrictKeyValueStore.Arn).AddressAt(new AwsConnection { Region = "eu-west-1" }).AbsoluteUri);

    private sealed class ChangingCredentials : AWSCredentials
    {
        public required ImmutableCredentials Now { get; set; }

        public override ImmutableCredentials GetCredentials() => Now;
    }
}
