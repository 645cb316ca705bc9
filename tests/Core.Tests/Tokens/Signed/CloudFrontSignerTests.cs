using System.Text;
using static Portcullis.Tokens.Signed.SignedGate;

namespace Portcullis.Tokens.Signed;

public sealed class CloudFrontSignerTests
{
    [Fact]
    public void SignUrl_Canned_HasExpiresSignatureAndKeyPairId()
    {
        var signed = CloudFrontSigner.SignUrl(Url, Now + 600, Rsa);

        Assert.Matches($@"^{Url}\?Expires=1800000600&Signature=[A-Za-z0-9_~-]{{344}}&Key-Pair-Id=KRSA0000000001$", signed);
    }

    [Fact]
    public void SignUrl_CustomOverOwnQuerySha256_AppendsItsParameters()
    {
        var signed = CloudFrontSigner.SignUrl(Url + "?x=1", Title, Rsa, CloudFrontHash.Sha256);
        var policy = signed.Split("&Policy=")[1].Split('&')[0];

        Assert.StartsWith(Url + "?x=1&Policy=", signed, StringComparison.Ordinal);
        Assert.EndsWith("&Key-Pair-Id=KRSA0000000001&Hash-Algorithm=SHA256", signed, StringComparison.Ordinal);
        Assert.Equal(Title.ToJson(), Encoding.UTF8.GetString(Convert.FromBase64String(policy.Replace('-', '+').Replace('_', '=').Replace('~', '/'))));
    }

    [Fact]
    public void SignUrl_Rsa_IsDeterministic() => Assert.Equal(CloudFrontSigner.SignUrl(Url, Title, Rsa), CloudFrontSigner.SignUrl(Url, Title, Rsa));

    [Theory]
    [InlineData("#t=1")]
    [InlineData("?Policy=x")]
    [InlineData("?a=1&Key-Pair-Id=K")]
    [InlineData("?Expires")]
    public void SignUrl_UrlThatCannotBeSigned_IsRefused(string behind)
    {
        Assert.Throws<ArgumentException>(() => CloudFrontSigner.SignUrl(Url + behind, Now, Rsa));
        Assert.Throws<ArgumentException>(() => CloudFrontSigner.SignUrl(Url + behind, Title, Rsa));
    }

    [Theory]
    [InlineData(CloudFrontHash.Sha1, "CloudFront-Policy CloudFront-Signature CloudFront-Key-Pair-Id")]
    [InlineData(CloudFrontHash.Sha256, "CloudFront-Policy CloudFront-Signature CloudFront-Key-Pair-Id CloudFront-Hash-Algorithm")]
    public void SignCookies_Custom_HasTheCookiesOfTheHash(CloudFrontHash hash, string names)
    {
        var cookies = CloudFrontSigner.SignCookies(Title, new CookieScope($"/{Sid}/"), Rsa, hash);

        Assert.Equal(names.Split(' '), cookies.Select(cookie => cookie.Name));
        Assert.All(cookies, cookie => Assert.Equal((Now + 600, $"/{Sid}/"), (cookie.Expires.ToUnixTimeSeconds(), cookie.Path)));
        Assert.DoesNotContain(cookies[1].Value, cookies[1].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void SignCookies_Canned_HasExpires()
    {
        var cookies = CloudFrontSigner.SignCookies(Url, Now + 600, new CookieScope("/"), Rsa);

        Assert.Equal(["CloudFront-Expires=1800000600", "CloudFront-Key-Pair-Id=KRSA0000000001"], cookies.Where(cookie => cookie.Name != "CloudFront-Signature").Select(cookie => $"{cookie.Name}={cookie.Value}"));
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("example.com", "; Domain=example.com")]
    public void ToHeader_HasEveryAttribute(string? domain, string expected)
    {
        var cookie = new CloudFrontCookie("CloudFront-Key-Pair-Id", "K1", "/s/", domain, DateTimeOffset.FromUnixTimeSeconds(Now));

        Assert.Equal($"CloudFront-Key-Pair-Id=K1; Path=/s/{expected}; Expires=Fri, 15 Jan 2027 08:00:00 GMT; Secure; HttpOnly; SameSite=None", cookie.ToHeader());
    }
}
