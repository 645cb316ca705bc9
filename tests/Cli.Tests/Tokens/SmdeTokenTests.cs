using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Portcullis.Cli.Tests.Tokens;

/// <summary>Format v1 at the command line, with the vector of SMDE's own library.</summary>
public sealed class SmdeTokenTests : IDisposable
{
    private const string Sid = "cKyrFyOVnjza";
    private const string Agent = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:91.0) Gecko/20100101 Firefox/91.0";
    private const string Media = "/out/v1/00c6ff982d404e2f940b48495b243b3c/index.m3u8";

    private const string Policy =
        """{"ip":false,"co":false,"cty":false,"reg":false,"ssn":true,"session_auto_generate":12,"exp":"1658318784","nbf":"1645000000","headers":["user-agent"],"querystrings":[],"paths":["/out/v1/00c6ff982d404e2f940b48495b243b3c/"],"exc":["/ads/"]}""";

    private const string Payload =
        """{"ip":false,"co":false,"cty":false,"reg":false,"ssn":true,"exp":1658318784,"headers":["user-agent"],"qs":[],"intsig":"_0Gm9OMPRzEKRLRWSiS9IRtgz9DrRWs2600WwnBIecE","paths":["/out/v1/00c6ff982d404e2f940b48495b243b3c/"],"exc":["/ads/"],"nbf":1645000000,"iat":1658307984}""";

    private static readonly string Seen =
        $$"""{{Sid}}.{{Encode("""{"alg":"HS256","typ":"JWT","kid":"secret1_key_to_replace"}""")}}.{{Encode(Payload)}}.oPYrdIJbJkAQvw1ST87mgxrzLnzjEuH5ds3H9kl5upE""";

    private readonly TokenFiles _files = new();
    private readonly string[] _mint;
    private readonly string[] _verify;

    public SmdeTokenTests()
    {
        var viewer = _files.Write("v1-viewer.json", JsonSerializer.Serialize(new { headers = new Dictionary<string, string> { ["user-agent"] = Agent }, sid = Sid }));
        _verify = ["--keys", _files.V1Keys(), "--viewer", viewer, "--format", "v1", "--now", "1658307990"];
        _mint = ["--keys", _files.V1Keys(), "--viewer", viewer, "--format", "v1", "--iat", "1658307984"];
    }

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Mint_SeenVector_IsSmdesTokenByteForByte() =>
        Assert.Equal(Seen, await _files.MintedAsync([.. _mint, "--policy", _files.Write("v1.json", Policy)]));

    [Fact]
    public async Task Verify_SeenVector_IsOk() =>
        Assert.Equal($"ok {Sid}\n", (await _files.VerifyAsync($"https://h/{Seen}{Media}", _verify)).Output);

    [Theory]
    [InlineData("path")]
    [InlineData("query")]
    public async Task Verify_Minted_IsOkInEitherCarriage(string carriage)
    {
        var url = await _files.MintedAsync([.. _mint, "--policy", _files.Write("v1.json", Policy), "--url", "https://h" + Media, "--carriage", carriage]);

        Assert.Equal($"ok {Sid}\n", (await _files.VerifyAsync(url, _verify)).Output);
    }

    [Fact]
    public async Task Mint_NoSession_HasNoSid()
    {
        var policy = _files.Write("v1.json", Policy.Replace("\"ssn\":true", "\"ssn\":false", StringComparison.Ordinal));

        var minted = await _files.MintedJsonAsync([.. _mint, "--policy", policy, "--url", "https://h" + Media]);
        var verified = await _files.VerifyAsync(minted.GetProperty("url").GetString()!, _verify);

        Assert.Equal(JsonValueKind.Null, minted.GetProperty("sid").ValueKind);
        Assert.Equal(3, minted.GetProperty("token").GetString()!.Split('.').Length);
        Assert.Equal("ok -\n", verified.Output);
    }

    [Theory]
    [InlineData("other agent", "refused viewer 403")]
    [InlineData(null, "refused viewer 403")]
    public async Task Verify_OtherViewer_IsRefused(string? agent, string expected)
    {
        var headers = agent is null ? [] : new Dictionary<string, string> { ["user-agent"] = agent };
        var viewer = _files.Write("other.json", JsonSerializer.Serialize(new { headers }));

        Assert.Equal(expected + "\n", (await _files.VerifyAsync($"/{Seen}{Media}", "--keys", _files.V1Keys(), "--viewer", viewer, "--format", "v1", "--now", "1658307990")).Output);
    }

    [Fact]
    public async Task Verify_KeyWithoutFormat_IsV2UnlessSaid()
    {
        var run = await _files.VerifyAsync($"/{Seen}{Media}", "--keys", _files.V1Keys());

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("keys.secret1_key_to_replace.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mint_V2KeyForV1_IsRefused() =>
        Assert.Contains("--format is v1, but the signing key 'k1' is a v2 key", (await _files.MintAsync("--format", "v1")).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("\"exp\":\"1658318784\"", "\"exp\":\"soon\"", "exp")]
    [InlineData("\"ssn\":true", "\"ssn\":\"yes\"", "ssn")]
    [InlineData("\"paths\":[\"/out/v1/00c6ff982d404e2f940b48495b243b3c/\"]", "\"paths\":[]", "paths")]
    [InlineData("\"ip\":false", "\"ip\":true", "viewer.ip")]
    [InlineData("{", "[", "JSON")]
    public async Task Mint_WrongPolicy_NamesTheField(string right, string wrong, string named)
    {
        var run = await _files.MintAsync([.. _mint, "--policy", _files.Write("wrong.json", Policy.Replace(right, wrong, StringComparison.Ordinal))]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(named, run.Error, StringComparison.Ordinal);
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
