using System.Text;
using Portcullis.Keys;

namespace Portcullis.Tokens.V1;

/// <summary>A token that SMDE's own library minted.</summary>
public sealed class SmdeVectorTests
{
    private const string KeyId = "secret1_key_to_replace", Secret = "secret1_value_to_replace", Sid = "cKyrFyOVnjza";
    private const long IssuedAt = 1_658_307_984, ExpiresAt = 1_658_318_784;

    private const string Claims = """{"ip":false,"co":false,"cty":false,"reg":false,"ssn":true,"exp":1658318784,"headers":["user-agent"],"qs":[],"intsig":"_0Gm9OMPRzEKRLRWSiS9IRtgz9DrRWs2600WwnBIecE","paths":["/out/v1/00c6ff982d404e2f940b48495b243b3c/"],"exc":["/ads/"],"nbf":1645000000,"iat":1658307984}""";
    private const string Signature = "oPYrdIJbJkAQvw1ST87mgxrzLnzjEuH5ds3H9kl5upE";
    private const string Path = "/out/v1/00c6ff982d404e2f940b48495b243b3c/index.m3u";

    private static readonly SigningKey Key = SigningKey.ForV1(KeyId, Secret);
    private static readonly KeySet LiveKeys = new(KeyId, [Key]);

    private static readonly Viewer Firefox = new()
    {
        Headers = new Dictionary<string, string> { ["user-agent"] = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:91.0) Gecko/20100101 Firefox/91.0" },
    };

    private static readonly SmdePolicy Policy = new()
    {
        Paths = ["/out/v1/00c6ff982d404e2f940b48495b243b3c/"],
        Exc = ["/ads/"],
        Exp = "+3h",
        Nbf = 1_645_000_000,
        Ssn = true,
        SessionAutoGenerate = 12,
        Headers = ["user-agent"],
    };

    private static string Token => $"{Sid}.{SmdeText.Encode($$"""{"alg":"HS256","typ":"JWT","kid":"{{KeyId}}"}""")}.{SmdeText.Encode(Claims)}.{Signature}";

    private static TokenVerdict Verify(long now, Viewer viewer) => TokenVerifier.Verify(Encoding.ASCII.GetBytes($"/{Token}{Path}"), default, viewer, LiveKeys, now);

    [Fact]
    public void Verify_BeforeItExpires_IsAdmitted()
    {
        var verdict = Verify(IssuedAt, Firefox);

        Assert.Equal(new TokenVerdict(TokenRejection.None, Sid, Path, null), verdict);
    }

    [Fact]
    public void Verify_AtItsEnd_HasNoLeeway()
    {
        Assert.Equal(TokenRejection.None, Verify(ExpiresAt, Firefox).Rejection);
        Assert.Equal(TokenRejection.Expired, Verify(ExpiresAt + 1, Firefox).Rejection);
    }

    [Fact]
    public void Verify_OtherUserAgent_IsRefused() => Assert.Equal(TokenRejection.Viewer, Verify(IssuedAt, Viewer.Unknown).Rejection);

    [Theory]
    [InlineData("+3h")]
    [InlineData("+180m")]
    [InlineData("1658318784")]
    public void Mint_SamePolicyAndTime_GivesTheSameBytes(string exp)
    {
        var minted = SmdeMint.Mint(Policy with { Exp = exp }, Firefox, Sid, Key, IssuedAt).Token!;

        Assert.Equal(Token, minted.Segment);
        Assert.Equal((Sid, IssuedAt, ExpiresAt, ExpiresAt), (minted.Sid, minted.IssuedAt, minted.ExpiresAt, minted.SessionEndsAt));
    }

    [Fact]
    public void Edge_TheTestsOwnReading_AdmitsItToo() =>
        Assert.True(SmdeEdge.Admits(SmdeRequest.Of($"/{Token}{Path}", Firefox with { Ip = "203.0.113.7" }), new Dictionary<string, string> { [KeyId] = Secret }, IssuedAt));

    [Fact]
    public void Library_TheTestsOwnReading_GivesTheSameBytes() =>
        Assert.Equal(Token, SmdeLibrary.Mint(Policy, Firefox, Sid, KeyId, Secret, IssuedAt));
}
