using System.Net;
using System.Text;
using static Portcullis.Tokens.Signed.SignedGate;

namespace Portcullis.Tokens.Signed;

public sealed class CloudFrontSignatureVerifierTests
{
    private static TokenRejection Judge(string url, long now = Now, string? ip = null, IReadOnlyDictionary<string, string>? cookies = null) =>
        CloudFrontSignatureVerifier.Verify(url, cookies, ip is null ? null : IPAddress.Parse(ip), PublicKeys, now).Rejection;

    private static string Sign(CloudFrontPolicy policy, string url = Url) => CloudFrontSigner.SignUrl(url, policy, Rsa);

    [Theory]
    [MemberData(nameof(Algorithms), MemberType = typeof(SignedGate))]
    public void Verify_UrlAndCookiesOfEveryAlgorithm_Admits(CloudFrontKeyKind kind, CloudFrontHash hash)
    {
        var pair = PairOf(kind);

        Assert.Equal(TokenRejection.None, Judge(CloudFrontSigner.SignUrl(Url, Now + 600, pair, hash)));
        Assert.Equal(TokenRejection.None, Judge(CloudFrontSigner.SignUrl(Url + "?x=1&y=2", Now + 600, pair, hash)));
        Assert.Equal(TokenRejection.None, Judge(CloudFrontSigner.SignUrl(Url, Title, pair, hash)));
        Assert.Equal(TokenRejection.None, Judge(Url, cookies: Jar(CloudFrontSigner.SignCookies(Url, Now + 600, new CookieScope("/"), pair, hash))));
        Assert.Equal(TokenRejection.None, Judge(Url, cookies: Jar(CloudFrontSigner.SignCookies(Title, new CookieScope("/"), pair, hash))));
    }

    [Fact]
    public void Verify_AnyCharacterOfTheSignedPartsChanged_Refuses()
    {
        var signed = CloudFrontSigner.SignUrl(Url, Title, Ecdsa, CloudFrontHash.Sha256);
        var first = signed.IndexOf("Policy=", StringComparison.Ordinal);
        var admitted = from position in Enumerable.Range(first, signed.Length - first)
                       from other in "AZaz09_-~%"
                       where other != signed[position]
                       let changed = $"{signed[..position]}{other}{signed[(position + 1)..]}"
                       where Judge(changed) == TokenRejection.None
                       select changed;

        Assert.Empty(admitted);
    }

    [Fact]
    public void Verify_AnyCharacterOfACannedUrlChanged_Refuses()
    {
        var signed = CloudFrontSigner.SignUrl(Url, Now + 600, Ecdsa);

        // Scheme and host included: the whole URL is under the signature.
        Assert.DoesNotContain(TokenRejection.None, Enumerable.Range(0, signed.Length).Select(position => Judge($"{signed[..position]}{(signed[position] == 'Q' ? 'R' : 'Q')}{signed[(position + 1)..]}")));
    }

    [Theory]
    [InlineData(Now - 5, TokenRejection.NotYetValid)]
    [InlineData(Now - 4, TokenRejection.None)]
    [InlineData(Now + 599, TokenRejection.None)]
    [InlineData(Now + 600, TokenRejection.Expired)]
    public void Verify_Times_AreExclusive(long now, TokenRejection expected) => Assert.Equal(expected, Judge(Sign(Title), now));

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7", true)]
    [InlineData("192.0.2.7", "192.0.2.8", false)]
    [InlineData("192.0.2.7/32", "192.0.2.7", true)]
    [InlineData("192.0.2.7/24", "192.0.2.200", true)]
    [InlineData("192.0.2.0/25", "192.0.2.127", true)]
    [InlineData("192.0.2.0/25", "192.0.2.128", false)]
    [InlineData("0.0.0.0/0", "203.0.113.9", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("192.0.2.7", "::ffff:192.0.2.7", true)]
    [InlineData("192.0.2.7/33", "192.0.2.7", false)]
    [InlineData("192.0.2.7", null, false)]
    public void Verify_Address_MustLieInTheRange(string range, string? ip, bool admitted) =>
        Assert.Equal(admitted ? TokenRejection.None : TokenRejection.Viewer, Judge(Sign(Title with { SourceIp = range }), ip: ip));

    [Theory]
    [InlineData($"{Origin}/{Sid}/vod/one/*", true)]
    [InlineData("HTTPS://MEDIA.example.com/*", true)]
    [InlineData("http*://media.example.com/*", true)]
    [InlineData("https://media.example.com/*/master.m3u?", true)]
    [InlineData("*", true)]
    [InlineData("*.m3u8*", true)]
    [InlineData($"{Origin}/{Sid}/vod/one/", false)]
    [InlineData($"{Origin}/{Sid}/vod/One/*", false)]
    [InlineData($"{Origin}/{Sid}/vod/one/master.m3u8?", false)]
    [InlineData("https://other.example.com/*", false)]
    [InlineData("http://media.example.com/*", false)]
    [InlineData("", false)]
    public void Verify_Resource_MatchesWithWildcards(string resource, bool admitted) =>
        Assert.Equal(admitted ? TokenRejection.None : TokenRejection.Path, Judge(Sign(Title with { Resource = resource })));

    [Fact]
    public void Verify_SignatureForAnotherUrlOfTheFolder_Admits()
    {
        var query = Sign(Title).Split('?')[1];

        Assert.Equal(TokenRejection.None, Judge($"{Origin}/{Sid}/vod/one/360p/seg-1.m4s?{query}"));
        Assert.Equal(TokenRejection.Path, Judge($"{Origin}/{Sid}/vod/two/seg-1.m4s?{query}"));
    }

    [Fact]
    public void Verify_NothingOrHalfOfIt_IsMissing()
    {
        var cookies = Jar(CloudFrontSigner.SignCookies(Title, new CookieScope("/"), Rsa));

        Assert.Equal(TokenRejection.Missing, Judge(Url));
        Assert.Equal(TokenRejection.Missing, Judge(Url + "?Signature=abcd"));
        Assert.All(cookies.Keys, name => Assert.Equal(TokenRejection.Missing, Judge(Url, cookies: cookies.Where(cookie => cookie.Key != name).ToDictionary())));
    }

    [Fact]
    public void Verify_SignedUrlWithCookies_GoesByTheUrl()
    {
        var cookies = Jar(CloudFrontSigner.SignCookies(Title, new CookieScope("/"), Rsa));

        Assert.Equal(TokenRejection.Expired, Judge(Sign(Title with { DateLessThan = Now }), cookies: cookies));
    }

    [Theory]
    [InlineData("Key-Pair-Id=KRSA0000000001", "Key-Pair-Id=KECDSA00000001", TokenRejection.Signature)]
    [InlineData("Key-Pair-Id=KRSA0000000001", "Key-Pair-Id=KOTHER", TokenRejection.Key)]
    [InlineData("Key-Pair-Id=KRSA0000000001", "Key-Pair-Id=KRSA0000000001&Hash-Algorithm=SHA256", TokenRejection.Signature)]
    [InlineData("Key-Pair-Id=KRSA0000000001", "Key-Pair-Id=KRSA0000000001&Hash-Algorithm=MD5", TokenRejection.Malformed)]
    [InlineData("Key-Pair-Id=KRSA0000000001", "Key-Pair-Id=KRSA0000000001&Key-Pair-Id=KRSA0000000001", TokenRejection.Malformed)]
    [InlineData("Key-Pair-Id=KRSA0000000001", "Key-Pair-Id=KRSA0000000001&Expires=1800000600", TokenRejection.Malformed)]
    [InlineData("&Signature=", "&Signature=*", TokenRejection.Malformed)]
    public void Verify_ParametersChanged_Refuses(string part, string by, TokenRejection expected) =>
        Assert.Equal(expected, Judge(Sign(Title).Replace(part, by, StringComparison.Ordinal)));

    [Theory]
    [InlineData("""{"Statement":[]}""")]
    [InlineData("""{"Statement":{}}""")]
    [InlineData("""[]""")]
    [InlineData("""x""")]
    [InlineData("""{"Statement":[{"Resource":null,"Condition":{"DateLessThan":{"AWS:EpochTime":1800000600}}}]}""")]
    [InlineData("""{"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":1800000600}}}]}""")]
    [InlineData("""{"Statement":[{"Resource":"*","Condition":{}}]}""")]
    [InlineData("""{"Statement":[{"Resource":"*","Condition":{"DateLessThan":{"AWS:EpochTime":"soon"}}}]}""")]
    [InlineData("""{"Statement":[{"Resource":"*","Condition":{"DateLessThan":{"AWS:EpochTime":1800000600},"IpAddress":{"AWS:SourceIp":null}}}]}""")]
    [InlineData("""{"Statement":[{"Resource":"*","Condition":{"DateLessThan":{"AWS:EpochTime":1800000600},"IpAddress":7}}]}""")]
    [InlineData("""{"Statement":[{"Resource":"*","Condition":{"DateLessThan":{"AWS:EpochTime":1800000600},"Referer":"x"}}]}""")]
    [InlineData("""{"Statement":[{"Resource":"*","Resource":"*","Condition":{"DateLessThan":{"AWS:EpochTime":1800000600}}}]}""")]
    public void Verify_StatementThatIsNone_IsMalformedThoughSigned(string statement)
    {
        var text = Encoding.UTF8.GetBytes(statement);
        var url = $"{Url}?Policy={CloudFrontText.Encode(text)}&Signature={CloudFrontText.Encode(Ecdsa.Sign(text, CloudFrontHash.Sha1))}&Key-Pair-Id={Ecdsa.KeyPairId}";

        Assert.Equal(TokenRejection.Malformed, Judge(url));
    }
}
