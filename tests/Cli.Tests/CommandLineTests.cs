namespace Portcullis.Cli.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData]
    [InlineData("nonsense")]
    [InlineData("simulate")]
    [InlineData("simulate", "pirate", "--viewers", "1")]
    [InlineData("simulate", "pirate", "--viewers", "many")]
    [InlineData("simulate", "viewer", "--minutes", "0")]
    [InlineData("revoke")]
    [InlineData("revoke", "sid", "--account", "0123456789")]
    [InlineData("revoke", "not/a/sid")]
    [InlineData("revoke", "--account", "short")]
    [InlineData("revoke", "sid", "--until", "tomorrow")]
    [InlineData("lift")]
    [InlineData("accounts")]
    [InlineData("accounts", "show")]
    [InlineData("accounts", "show", "a\nb")]
    [InlineData("accounts", "set", "a", "--max-sessions", "0")]
    [InlineData("accounts", "set", "a", "--when-full", "ask")]
    [InlineData("accounts", "erase", "a")]
    [InlineData("lift", "--source", "me")]
    [InlineData("lift", "sid", "--asset", "match")]
    [InlineData("lift", "--dry-run")]
    [InlineData("held")]
    [InlineData("held", "release")]
    [InlineData("held", "drop", "auto-a-0", "--asset", "match")]
    [InlineData("held", "list", "--limit", "0")]
    [InlineData("allow", "add", "planet", "earth", "--owner", "o", "--reason", "r", "--expires", "2030-01-01T00:00:00Z")]
    [InlineData("allow", "add", "sid", "a", "--reason", "r", "--expires", "2030-01-01T00:00:00Z")]
    [InlineData("allow", "add", "sid", "a", "--owner", "o", "--reason", "r", "--expires", "soon")]
    [InlineData("status", "--api", "ftp://127.0.0.1")]
    [InlineData("status", "--api-key-file", "/does/not/exist")]
    [InlineData("sessions", "--limit", "0")]
    public async Task Invoke_BadUsage_IsTwoAndKeepsStdoutEmpty(params string[] arguments)
    {
        var run = await Invocation.RunAsync(arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Contains("--help", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invoke_Help_IsZero()
    {
        var run = await Invocation.RunAsync("simulate", "pirate", "--help");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("--stagger", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invoke_ServiceNotRunning_SaysHowToStart()
    {
        var service = await FakeService.StartAsync();
        await service.DisposeAsync();

        var run = await Invocation.RunAsync(service, "status", "--json");

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Equal($"cannot reach {service.Url.GetLeftPart(UriPartial.Authority)}; start it with dotnet run --project Api\n", run.Error);
    }

    [Theory]
    [InlineData("gone", "404: Not found: no such thing")]
    [InlineData("forbidden", "role is too low")]
    [InlineData("invalid", "400: Not valid: see errors\n  sid: is too odd")]
    public async Task Invoke_Problem_ExplainsIt(string sid, string expected)
    {
        await using var service = await FakeService.StartAsync();

        var run = await Invocation.RunAsync(service, "sessions", sid);

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invoke_WrongKey_IsExplained()
    {
        await using var service = await FakeService.StartAsync();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "wrong-key");

        var run = await Invocation.RunAsync("status", "--api", service.Url.ToString(), "--api-key-file", file);

        File.Delete(file);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("does not accept this API key (401)", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-key", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invoke_KeyOfNoAscii_IsRefusedBeforeSending()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "schlüssel");

        var run = await Invocation.RunAsync("status", "--api", "http://127.0.0.1:1", "--api-key-file", file);

        File.Delete(file);
        Assert.Equal(1, run.ExitCode);
        Assert.DoesNotContain("schlüssel", run.Error, StringComparison.Ordinal);
    }
}
