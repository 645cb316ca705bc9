using System.Net;
using System.Net.Sockets;
using Portcullis.Api.Tests.Service;

namespace Portcullis.Api.Tests;

/// <summary>What stops the start of a service with the profile <c>aws</c>. That it runs is shown by tests/Aws.Tests.</summary>
public sealed class AwsHostingTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>What must be set, and the rule group: nothing is wrong with it, and nobody is there.</summary>
    internal static readonly IReadOnlyDictionary<string, string> Complete = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Profile"] = "aws",
        ["Edge:Url"] = "https://d111111abcdef8.cloudfront.net",
        ["Aws:Region"] = "eu-west-1",
        ["Aws:Stream"] = "logs",
        ["Aws:KeyValueStore"] = "arn:aws:cloudfront::111122223333:key-value-store/8aa76c93-3198-462c-aaf6-example",
        ["Aws:RuleGroup"] = "arn:aws:wafv2:us-east-1:111122223333:global/rulegroup/revoked/4a1f8e6c",
        ["Aws:Secret"] = "portcullis/keys",
    };

    private readonly string _folder = RunningService.NewFolder();

    public AwsHostingTests()
    {
        // Otherwise the SDK would look for credentials of an instance, and wait for them.
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "test");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "test");
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("Aws:Region", "a region such as eu-west-1")]
    [InlineData("Aws:Stream", "the name of a Kinesis data stream")]
    [InlineData("Aws:KeyValueStore", "the ARN of a KeyValueStore")]
    [InlineData("Aws:Secret", "the name or ARN of a secret")]
    [InlineData("Edge:Url", "such as https://d111111abcdef8.cloudfront.net")]
    public async Task Start_SettingMissing_NamesItAndWhatItMustBe(string setting, string allowed)
    {
        var error = await RefusedAsync((setting, ""));

        Assert.Contains($"The setting {setting} is missing", error, StringComparison.Ordinal);
        Assert.Contains(allowed, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Profile", "cloud", "local or aws")]
    [InlineData("Profile", "AWS", "local or aws")]
    [InlineData("Aws:Region", "Frankfurt", "a region such as eu-west-1")]
    [InlineData("Aws:Region", "eu-west-1.example.com", "a region such as eu-west-1")]
    [InlineData("Aws:Stream", "real time logs", "1 to 128 letters, digits, '_', '.' and '-'")]
    [InlineData("Aws:Stream", "arn:aws:kinesis:eu-west-1:111122223333:stream/logs", "1 to 128 letters, digits, '_', '.' and '-'")]
    [InlineData("Aws:StreamStart", "yesterday", "LATEST, TRIM_HORIZON or a time such as 2026-11-25T12:00:00Z")]
    [InlineData("Aws:LogFields", "timestamp c-ip sc-status", "lacks 'cs-uri-stem'")]
    [InlineData("Aws:LogFields", "timestamp c-ip c-ip sc-status cs-uri-stem", "names 'c-ip' 2 times")]
    [InlineData("Aws:PollMilliseconds", "199", "200 to 10000 milliseconds")]
    [InlineData("Aws:PollMilliseconds", "1s", "200 to 10000 milliseconds")]
    [InlineData("Aws:KeyValueStore", "8aa76c93-3198-462c-aaf6-example", "arn:aws:cloudfront::<12-digit account>:key-value-store/<id>")]
    [InlineData("Aws:KeySettleSeconds", "0", "1 to 86400 seconds")]
    [InlineData("Aws:RuleGroup", "arn:aws:wafv2:eu-west-1:111122223333:regional/rulegroup/revoked/4a1f8e6c", "arn:aws:wafv2:us-east-1:<account>:global/rulegroup/<name>/<id>")]
    [InlineData("Aws:RuleGroupCapacity", "5001", "1 to 5000 WCU")]
    [InlineData("Aws:RuleGroupCapacity", "0", "1 to 5000 WCU")]
    [InlineData("Aws:CreateTables", "yes", "true or false")]
    [InlineData("Aws:Endpoints:sqs", "http://127.0.0.1:1", "kinesis, wafv2, secretsmanager, dynamodb, cloudfront-keyvaluestore")]
    [InlineData("Aws:Endpoints:dynamodb", "127.0.0.1:8000", "https://")]
    [InlineData("Aws:Endpoints:kinesis", "https://kinesis.example.com/path", "https://")]
    [InlineData("Edge:Url", "d111111abcdef8.cloudfront.net", "https://d111111abcdef8.cloudfront.net")]
    [InlineData("Edge:Url", "https://d111111abcdef8.cloudfront.net/live", "https://d111111abcdef8.cloudfront.net")]
    [InlineData("Edge:ServesSigned", "1", "true or false")]
    [InlineData("Edge:RefusesUnchecked", "sometimes", "true or false")]
    public async Task Start_SettingThatCannotBe_NamesItAndWhatItMustBe(string setting, string value, string allowed)
    {
        var error = await RefusedAsync((setting, value));

        Assert.Contains($"The setting {setting} ", error, StringComparison.Ordinal);
        Assert.Contains(allowed, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("local", "http://127.0.0.1:0")]
    [InlineData("aws", "https://d111111abcdef8.cloudfront.net")]
    public async Task Start_AdminKeyThatCannotBe_NamesTheSettingAndNotItsValue(string profile, string edge)
    {
        foreach (var key in new[] { "hunter2", "ptc_admin_tooShort1234", "ptc_issuer_" + new string('k', 40), "ptc_admin_" + new string('k', 39) + "-" })
        {
            var error = await RefusedAsync(("Profile", profile), ("Edge:Url", edge), ("Api:AdminKey", key));

            Assert.Contains("The setting Api:AdminKey must be ptc_admin_ and 32 to 200 random characters of A-Za-z0-9", error, StringComparison.Ordinal);
            Assert.DoesNotContain(key, error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Start_SecretsManagerUnreachable_SaysWhichSecretAndWhy()
    {
        var error = await RefusedAsync(("Aws:Endpoints:secretsmanager", ClosedPort()), ("Aws:Endpoints:dynamodb", ClosedPort()));

        Assert.Contains("secret portcullis/keys failed", error, StringComparison.Ordinal);
        Assert.Contains("did not answer", error, StringComparison.Ordinal);
        await AssertFolderIsFreeAsync();
    }

    [Fact]
    public async Task Start_TablesUnreachable_SaysWhichTableAndWhy()
    {
        var error = await RefusedAsync(("Aws:CreateTables", "true"), ("Aws:Endpoints:secretsmanager", ClosedPort()), ("Aws:Endpoints:dynamodb", ClosedPort()));

        Assert.Contains("The table portcullis-ledger cannot be used now: ", error, StringComparison.Ordinal);
        Assert.Contains("refused", error, StringComparison.Ordinal);
        await AssertFolderIsFreeAsync();
    }

    private async Task<string> RefusedAsync(params (string Name, string Value)[] changes)
    {
        var settings = new Dictionary<string, string>(Complete, StringComparer.Ordinal);
        foreach (var (name, value) in changes)
            settings[name] = value;
        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => RunningService.StartAsync(_folder, [.. settings.Select(setting => $"--{setting.Key}={setting.Value}")]).WaitAsync(Patience));
        return error.Message;
    }

    private async Task AssertFolderIsFreeAsync() => await (await RunningService.StartAsync(_folder)).DisposeAsync();

    /// <summary>An address on which nobody listens.</summary>
    private static string ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }
}
