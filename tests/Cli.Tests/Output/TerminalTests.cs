using Portcullis.Cli.Output;

namespace Portcullis.Cli.Tests.Output;

public sealed class TerminalTests
{
    [Fact]
    public void Line_EscapeSequence_IsMadeHarmless() =>
        Assert.Equal("agent \uFFFD[2J\n", Written(json: false, terminal => terminal.Line("agent \u001b[2J")).ReplaceLineEndings("\n"));

    [Fact]
    public void Line_Token_IsShortened() =>
        Assert.Equal(
            $"GET http://edge.test/{FakeService.Sid}.eyJhbGci…/live/a.ts\n",
            Written(json: false, terminal => terminal.Line($"GET http://edge.test/{FakeService.Token}/live/a.ts")).ReplaceLineEndings("\n"));

    [Fact]
    public void Result_TokenInJson_IsShortened() =>
        Assert.DoesNotContain("c2lnbmF0", Written(json: true, terminal => terminal.Result(new { url = $"/{FakeService.Token}/a" })), StringComparison.Ordinal);

    [Fact]
    public void Line_Json_IsSilent() => Assert.Equal("", Written(json: true, static terminal => terminal.Line("text")));

    [Theory]
    [InlineData("198.51.100.10 at example.com, 1.2.3.4")]
    [InlineData("https://docs.example.com/a.b.c")]
    public void Shorten_NoToken_IsUnchanged(string text) => Assert.Equal(text, TokenText.Shorten(text));

    private static string Written(bool json, Action<Terminal> write)
    {
        using var output = new StringWriter();
        write(new Terminal(output, TextWriter.Null, json));
        return output.ToString();
    }
}
