using static Portcullis.Tokens.Gate;

namespace Portcullis.Tokens;

public sealed class TokenMintTests
{
    [Fact]
    public void Mint_NewSession_HasTheTimesOfThePolicy()
    {
        var token = TokenMint.Mint(Policy, Someone, Sid, Key, Now).Token!;

        Assert.Equal((Sid, Now, Now + 3600, Now + 43_200), (token.Sid, token.IssuedAt, token.ExpiresAt, token.SessionEndsAt));
        Assert.Equal($"/{token.Segment}{MediaSegment}", token.PathTo(MediaSegment));
    }

    [Fact]
    public void Mint_Renewal_EndsWithTheSession()
    {
        var token = TokenMint.Mint(Policy, Someone, Sid, Key, Now, sessionStart: Now - 43_200 + 100).Token!;

        Assert.Equal(Now + 100, token.ExpiresAt);
        TokenVerifier.Authenticate(System.Text.Encoding.ASCII.GetBytes(token.PathTo(MediaSegment)), LiveKeys, out var claims, out _);
        Assert.Equal(Now - 43_100, claims!.SessionStart);
    }

    [Fact]
    public void Mint_SessionAtItsEnd_IsRefused() =>
        Assert.Equal("token", TokenMint.Mint(Policy, Someone, Sid, Key, Now, sessionStart: Now - 43_200).Field);

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    public void Mint_InvalidSid_IsRefused(string sid) => Assert.Equal("sid", TokenMint.Mint(Policy, Someone, sid, Key, Now).Field);

    [Fact]
    public void Mint_RequiredAttributeMissing_NamesTheField()
    {
        var bind = new ViewerBinding { Ip = true, Country = GeoBinding.Required, Region = GeoBinding.Required, City = GeoBinding.Required };
        string? FieldWithout(Viewer viewer) => TokenMint.Mint(Policy with { Bind = bind }, viewer, Sid, Key, Now).Field;

        Assert.Equal("viewer.ip", FieldWithout(Someone with { Ip = "no address" }));
        Assert.Equal("viewer.country", FieldWithout(Someone with { Country = null }));
        Assert.Equal("viewer.region", FieldWithout(Someone with { Region = null }));
        Assert.Equal("viewer.city", FieldWithout(Someone with { City = null }));
    }

    [Fact]
    public void Mint_LifetimeThatNoEdgeAdmits_IsRefused()
    {
        var policy = Policy with { Lifetime = TokenVerifier.DefaultMaxTokenLifetime + 1, MaxSession = 604_800 };

        Assert.Equal("policy.lifetime", TokenMint.Mint(policy, Someone, Sid, Key, Now).Field);
    }

    [Fact]
    public void Mint_TokenLongerThanAnEdgeReads_IsRefused()
    {
        var policy = Policy with { Paths = [.. Enumerable.Range(0, 16).Select(i => $"/{i}/{new string('a', 400)}")] };

        Assert.Equal("policy.paths", TokenMint.Mint(policy, Someone, Sid, Key, Now).Field);
    }

    [Fact]
    public void ToString_MintedToken_ShowsNoSecret()
    {
        var minted = TokenMint.Mint(Policy, Someone, Sid, Key, Now);

        Assert.Equal($"{Sid}.…", minted.Token!.ToString());
        Assert.DoesNotContain(minted.Token.Segment, minted.ToString(), StringComparison.Ordinal);
    }
}
