namespace Portcullis.Cli.Tests.Keys;

public sealed class KeysCommandTests : IDisposable
{
    private const string KeyId = "20241104_0123456789abcdef0123", Secret = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData(Secret, KeyId)]
    [InlineData(Secret + "\r\n", KeyId)]
    [InlineData("{\"" + KeyId + "\":\"" + Secret + "\"}\n", null)]
    [InlineData("{\"" + KeyId + "\":\"" + Secret + "\"}", KeyId)]
    [InlineData("{\"" + KeyId + "\":\"" + Secret + "\",\"other\":\"ffffffffffffffffffff\"}", KeyId)]
    public async Task Import_SecretFile_IsSentAndNeverPrinted(string content, string? keyId)
    {
        await using var service = await FakeService.StartAsync();
        await File.WriteAllTextAsync(_file, content);
        string[] kid = keyId is null ? [] : ["--kid", keyId];

        var run = await Invocation.RunAsync(service, ["keys", "import", "--format", "v1", .. kid, "--secret-file", _file, "--signing"]);

        Assert.Equal((0, $"key {KeyId} (v1) verifies and signs\n", ""), (run.ExitCode, run.Output, run.Error));
        Assert.Equal($$"""/v1/keys/import {"format":"v1","keyId":"{{KeyId}}","secret":"{{Secret}}","signing":true}""", Assert.Single(service.Posts));
    }

    [Theory]
    [InlineData(Secret, null, "--kid is required")]
    [InlineData("{\"a\":\"" + Secret + "\",\"b\":\"" + Secret + "\"}", null, "holds 2 keys")]
    [InlineData("{\"a\":\"" + Secret + "\"}", "b", "holds no secret of this key id")]
    [InlineData("{\"a\":[\"" + Secret + "\"]}", "a", "a JSON object of key ids and secrets")]
    [InlineData("{\"a\":\"" + Secret, "a", "a JSON object of key ids and secrets")]
    [InlineData("{}", "a", "a JSON object of key ids and secrets")]
    public async Task Import_SecretFileThatDoesNotSay_IsBadUsageAndShowsNothingOfIt(string content, string? keyId, string message)
    {
        await using var service = await FakeService.StartAsync();
        await File.WriteAllTextAsync(_file, content);
        string[] kid = keyId is null ? [] : ["--kid", keyId];

        var run = await Invocation.RunAsync(service, ["keys", "import", .. kid, "--secret-file", _file]);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret[..12], run.Error, StringComparison.Ordinal);
        Assert.Empty(service.Posts);
    }

    [Theory]
    [InlineData("keys", "import", "--kid", "a")]
    [InlineData("keys", "import", "--kid", "a", "--secret-file", "/does/not/exist")]
    [InlineData("keys", "import", "--kid", "a", "--format", "v2", "--secret-file", "x")]
    [InlineData("keys", "remove")]
    [InlineData("keys", "cloudfront", "--key-pair-id", "k2jcj")]
    [InlineData("keys", "cloudfront", "--key-pair-id", "")]
    public async Task Invoke_BadUsage_Exits2(params string[] arguments)
    {
        await using var service = await FakeService.StartAsync();

        Assert.Equal(2, (await Invocation.RunAsync(service, arguments)).ExitCode);
        Assert.Empty(service.Posts);
    }

    [Theory]
    [InlineData("keys")]
    [InlineData("keys", "list")]
    public async Task List_Keys_ShowsStatesAndWhichSigns(params string[] command)
    {
        await using var service = await FakeService.StartAsync();

        var run = await Invocation.RunAsync(service, command);

        Assert.Matches($@"20270115-abcdefgh\s+v2\s+yes\s+signing\s+2027-01-15 08:00:00Z\s+-\s+local-edge\n{KeyId}\s+v1\s+no\s+-", run.Output);
        Assert.DoesNotContain("rotation", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_RotationUnderWay_ShowsHowFarItIs()
    {
        await using var service = await FakeService.StartAsync();
        service.Joins = true;

        var run = await Invocation.RunAsync(service, "keys", "list");

        Assert.EndsWith("rotation to key 20270116-ijklmnop: pending, for 700 s, STUCK (because)\n  far could not be read yet\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rotate_Ordinary_IsAskedForWithAReason()
    {
        await using var service = await FakeService.StartAsync();

        var run = await Invocation.RunAsync(service, "keys", "rotate");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith("rotation started\nrotation to key 20270116-ijklmnop: pending", run.Output, StringComparison.Ordinal);
        Assert.Equal("""/v1/keys/rotate {"emergency":false,"reason":"rotated by an operator from the command line"}""", Assert.Single(service.Posts));
    }

    [Fact]
    public async Task Rotate_EmergencyThatJoins_SaysSo()
    {
        await using var service = await FakeService.StartAsync();
        service.Joins = true;

        var run = await Invocation.RunAsync(service, "keys", "rotate", "--emergency", "--reason", "the store was copied");

        Assert.StartsWith("joined the rotation under way\nemergency rotation to key", run.Output, StringComparison.Ordinal);
        Assert.Equal("""/v1/keys/rotate {"emergency":true,"reason":"the store was copied"}""", Assert.Single(service.Posts));
    }

    [Theory]
    [InlineData("--emergency")]
    [InlineData("--emergency", "--reason", " ")]
    [InlineData("--reason")]
    public async Task Rotate_EmergencyWithoutAReason_IsBadUsage(params string[] arguments)
    {
        await using var service = await FakeService.StartAsync();

        Assert.Equal(2, (await Invocation.RunAsync(service, ["keys", "rotate", .. arguments])).ExitCode);
        Assert.Empty(service.Posts);
    }

    [Fact]
    public async Task Remove_Key_DeletesIt()
    {
        await using var service = await FakeService.StartAsync();

        var run = await Invocation.RunAsync(service, "keys", "remove", KeyId);

        Assert.Equal((0, $"key {KeyId} is removed\n"), (run.ExitCode, run.Output));
        Assert.Equal($"DELETE /v1/keys/{KeyId} ", Assert.Single(service.Posts));
    }

    [Fact]
    public async Task CloudFront_KeyPairId_IsSet()
    {
        await using var service = await FakeService.StartAsync();

        var shown = await Invocation.RunAsync(service, "keys", "cloudfront");
        var set = await Invocation.RunAsync(service, "keys", "cloudfront", "--key-pair-id", "K2JCJMDEHXQW5F");

        Assert.Contains("KDRAWN00000000", shown.Output, StringComparison.Ordinal);
        Assert.Equal(0, set.ExitCode);
        Assert.Equal("""PUT /v1/keys/cloudfront {"keyPairId":"K2JCJMDEHXQW5F"}""", Assert.Single(service.Posts));
    }
}
