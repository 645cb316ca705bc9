using static Portcullis.Tokens.Signed.SignedGate;

namespace Portcullis.Tokens.Signed;

public sealed class SignedSessionTests
{
    private static TokenVerdict Judge(string path, CloudFrontPolicy policy) =>
        SignedSession.Verify(Origin, path, CloudFrontSigner.SignUrl(Url, policy, Ecdsa).Split('?')[1], null, null, PublicKeys, Now);

    [Theory]
    [InlineData("/aB3dE6gH9jK2/a", "aB3dE6gH9jK2", "/a")]
    [InlineData("/abcdefghij_K7nQ2xWbT9rL/a/b", "abcdefghij_K7nQ2xWbT9rL", "/a/b")]
    [InlineData("/aB3dE6gH9jK2mN5p/", "aB3dE6gH9jK2mN5p", "/")]
    [InlineData("/aB3dE6gH9jK/a", null, null)]
    [InlineData("/aB3dE6gH9jK2mN5p", null, null)]
    [InlineData("/aB3dE6gH9jK2.N5p/a", null, null)]
    [InlineData("/%61B3dE6gH9jK2mN5p/a", null, null)]
    [InlineData("//aB3dE6gH9jK2mN5p/a", null, null)]
    [InlineData("aB3dE6gH9jK2mN5p/a", null, null)]
    [InlineData("", null, null)]
    public void TryCut_Path_NeedsASidInFront(string path, string? sid, string? media)
    {
        var cut = SignedSession.TryCut(path, out var first, out var rest);

        Assert.Equal(sid is not null, cut);
        if (cut)
            Assert.Equal((sid, media), (first, rest));
    }

    [Theory]
    [InlineData("/vod/one/master.m3u8", TokenRejection.None, "/vod/one/master.m3u8")]
    [InlineData("/vod/one/m%61ster.m3u8", TokenRejection.None, "/vod/one/master.m3u8")]
    [InlineData("/vod/one/a/../b.ts", TokenRejection.None, "/vod/one/b.ts")]
    [InlineData("/vod/one/../two/master.m3u8", TokenRejection.Path, null)]
    [InlineData("/vod/one/%2e%2e/two/master.m3u8", TokenRejection.Path, null)]
    [InlineData("/vod/one/..%2Ftwo/master.m3u8", TokenRejection.Path, null)]
    [InlineData("/vod/one/..\\two/master.m3u8", TokenRejection.Path, null)]
    [InlineData("/vod/two/master.m3u8", TokenRejection.Path, null)]
    [InlineData("/%76od/one/master.m3u8", TokenRejection.Path, null)]
    public void Verify_Path_StaysInTheResource(string path, TokenRejection rejection, string? media)
    {
        var verdict = Judge($"/{Sid}{path}", Title);

        Assert.Equal((rejection, media, media is null ? null : Sid), (verdict.Rejection, verdict.Path, verdict.Sid));
    }

    /// <summary>Whoever signs a wildcard over sids lets viewers choose theirs: such a policy admits nothing here.</summary>
    [Theory]
    [InlineData("*")]
    [InlineData($"{Origin}/*")]
    [InlineData($"{Origin}/????????????????/vod/one/*")]
    [InlineData($"https://*/{Sid}/vod/one/*")]
    public void Verify_ResourceThatDoesNotNameTheSid_IsRefused(string resource) =>
        Assert.Equal(TokenRejection.Path, Judge($"/Zz3dE6gH9jK2mN5p/{Sid}/vod/one/master.m3u8", Title with { Resource = resource }).Rejection);

    [Fact]
    public void Authenticate_ExpiredPolicy_GivesTheStartOfTheSession()
    {
        var signed = CloudFrontSigner.SignUrl(Url, Title with { DateLessThan = 1, DateGreaterThan = 995 }, Rsa);

        var rejection = SignedSession.Authenticate(Origin, $"/{Sid}/vod/one/master.m3u8", signed.Split('?')[1], null, PublicKeys, out var start);

        Assert.Equal((TokenRejection.None, 1_000), (rejection, start));
    }

    [Fact]
    public void Authenticate_PolicyWithoutStartOrOfAnotherSession_IsRefused()
    {
        var canned = CloudFrontSigner.SignUrl(Url, Now + 600, Rsa).Split('?')[1];
        var custom = CloudFrontSigner.SignUrl(Url, Title, Rsa).Split('?')[1];

        Assert.Equal(TokenRejection.Lifetime, SignedSession.Authenticate(Origin, $"/{Sid}/vod/one/master.m3u8", canned, null, PublicKeys, out _));
        Assert.Equal(TokenRejection.Path, SignedSession.Authenticate(Origin, "/Zz3dE6gH9jK2mN5p/vod/one/master.m3u8", custom, null, PublicKeys, out _));
    }
}
