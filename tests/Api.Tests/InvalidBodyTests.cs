using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Portcullis.Api.Tests.Service;

namespace Portcullis.Api.Tests;

[Collection(ServiceTests.Name)]
public sealed class InvalidBodyTests(SharedService shared)
{
    private readonly RunningService _service = shared.Service;

    [Theory]
    [InlineData("POST", "/v1/tokens", "{", "body", "line 1, byte 2")]
    [InlineData("POST", "/v1/tokens", "{\"asset\":\n nonsense}", "body", "line 2, byte")]
    [InlineData("POST", "/v1/tokens", """{"asset":"sample-live"} {}""", "body", "not valid JSON")]
    [InlineData("POST", "/v1/tokens", """{"asset":"sample-live"}garbage""", "body", "not valid JSON")]
    [InlineData("POST", "/v1/tokens", "", "body", "must be a JSON object")]
    [InlineData("POST", "/v1/tokens", "null", "body", "must be a JSON object")]
    [InlineData("POST", "/v1/tokens", "[]", "body", "must be an object")]
    [InlineData("POST", "/v1/tokens", "\"x\"", "body", "must be an object")]
    [InlineData("POST", "/v1/tokens", "{}", "asset", "is required")]
    [InlineData("POST", "/v1/tokens", """{"asset":null}""", "asset", "must not be null")]
    [InlineData("POST", "/v1/tokens", """{"asset":7}""", "asset", "must be a string")]
    [InlineData("POST", "/v1/tokens", """{"asset":"a","asset":"b"}""", "asset", "occurs twice")]
    [InlineData("POST", "/v1/tokens", """{"asset":"a","Asset":"b"}""", "Asset", "is not a known field")]
    [InlineData("POST", "/v1/tokens", """{"asset":"a","acount":"b"}""", "acount", "is not a known field")]
    [InlineData("POST", "/v1/tokens", """{"asset":"a","viewer":{"contry":"DE"}}""", "viewer.contry", "is not a known field")]
    [InlineData("POST", "/v1/tokens", """{"asset":"a","viewer":[]}""", "viewer", "must be an object")]
    [InlineData("POST", "/v1/tokens", """{"asset":"a","viewer":{"headers":["x"]}}""", "viewer.headers", "must be an object whose values are strings")]
    [InlineData("POST", "/v1/tokens", """{"asset":"a","viewer":{"headers":{"x":1}}}""", "viewer.headers.x", "must be a string")]
    [InlineData("POST", "/v1/tokens", """{"asset":"\ud800"}""", "asset", "must be a string")]
    [InlineData("POST", "/v1/revocations", """{"sid":"a","reason":"r","until":"tomorrow"}""", "until", "2026-01-31T20:00:00Z")]
    [InlineData("POST", "/v1/revocations", """{"sid":"a","reason":"r","until":"2020-01-01T00:00:00Z"}""", "until", "must lie in the future")]
    [InlineData("POST", "/v1/revocations", """{"sid":"a"}""", "reason", "is required")]
    [InlineData("POST", "/v1/revocations", """{"sid":"a","reason":"  "}""", "reason", "1 to 500 characters")]
    [InlineData("POST", "/v1/revocations", """{"sid":"a.b","reason":"r"}""", "sid", "1 to 64 characters")]
    [InlineData("POST", "/v1/revocations", """{"reason":"r"}""", "sid", "either sid or accountTag")]
    [InlineData("POST", "/v1/revocations", """{"sid":"a","accountTag":"0123456789","reason":"r"}""", "sid", "either sid or accountTag")]
    [InlineData("POST", "/v1/revocations", """{"accountTag":"short","reason":"r"}""", "accountTag", "10 characters")]
    [InlineData("POST", "/v1/api-keys", """{"name":"x","role":"root"}""", "role", "'issuer', 'operator', 'admin'")]
    [InlineData("POST", "/v1/api-keys", """{"name":"x","role":2}""", "role", "'issuer', 'operator', 'admin'")]
    [InlineData("POST", "/v1/api-keys", """{"name":"x"}""", "role", "is required")]
    [InlineData("POST", "/v1/api-keys", """{"name":" ","role":"issuer"}""", "name", "1 to 100 characters")]
    [InlineData("POST", "/v1/keys/import", """{"format":"v1","secret":"0123456789abcdef"}""", "keyId", "is required")]
    [InlineData("POST", "/v1/keys/import", """{"format":"v3","keyId":"k","secret":"0123456789abcdef"}""", "format", "'v1', 'v2'")]
    [InlineData("POST", "/v1/keys/import", """{"format":"v2","keyId":"k","secret":"0123456789abcdef"}""", "format", "must be 'v1'")]
    [InlineData("POST", "/v1/keys/import", """{"format":"v1","keyId":"a.b","secret":"0123456789abcdef"}""", "keyId", "1 to 64 characters")]
    [InlineData("POST", "/v1/keys/import", """{"format":"v1","keyId":"k","secret":"0123456789abcde"}""", "secret", "16 to 512 printable ASCII")]
    [InlineData("POST", "/v1/keys/import", """{"format":"v1","keyId":"k","secret":"0123456789abcdef\n"}""", "secret", "16 to 512 printable ASCII")]
    [InlineData("POST", "/v1/keys/rotate", "{}", "reason", "is required")]
    [InlineData("POST", "/v1/keys/rotate", """{"reason":" "}""", "reason", "1 to 500 characters")]
    [InlineData("POST", "/v1/keys/rotate", """{"reason":"r","emergency":"yes"}""", "emergency", "must be true or false")]
    [InlineData("POST", "/v1/keys/rotate", """{"reason":"r","emergency":null}""", "emergency", "must be true or false")]
    [InlineData("POST", "/v1/keys/rotate", """{"reason":"r","kid":"k"}""", "kid", "is not a known field")]
    [InlineData("PUT", "/v1/keys/cloudfront", """{"keyPairId":""}""", "keyPairId", "1 to 64 characters of A-Z0-9")]
    [InlineData("PUT", "/v1/keys/cloudfront", """{"keyPairId":"k2jcjmdehxqw5f"}""", "keyPairId", "1 to 64 characters of A-Z0-9")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","policy":{"lifetime":-1}}""", "policy.lifetime", "10 to 86400 seconds")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","policy":{"lifetime":"1h"}}""", "policy.lifetime", "must be a whole number")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","policy":{"lifetime":1e99}}""", "policy.lifetime", "must be a whole number")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","policy":{"lifetime":3600,"maxSession":60}}""", "policy.maxSession", "3600 to 604800 seconds")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","policy":{"allowedViewers":0}}""", "policy.allowedViewers", "1 to 100")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","policy":null}""", "policy", "must not be null")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","policy":{"bind":null}}""", "policy.bind", "must not be null")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","policy":{"paths":null}}""", "policy.paths", "must not be null")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","policy":{"paths":"/a"}}""", "policy.paths", "must be a list of strings")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","policy":{"paths":["/a",null]}}""", "policy.paths[1]", "absolute path")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","policy":{"paths":["/a",1]}}""", "policy.paths[1]", "must be a string")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","policy":{"bind":{"headers":[null]}}}""", "policy.bind.headers[0]", "1 to 64 characters")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","policy":{"bind":{"country":"maybe"}}}""", "policy.bind.country", "'none', 'required', 'whenPresent'")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","policy":{"carriage":"header"}}""", "policy.carriage", "'path', 'query', 'signedUrl', 'signedCookie'")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","policy":{"signed":null}}""", "policy.signed", "must not be null")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","policy":{"signed":{"hash":"md5"}}}""", "policy.signed.hash", "'sha1', 'sha256'")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","policy":{"carriage":"signedCookie","signed":{"cookieDomain":"a.b; Path=/"}}}""", "policy.signed.cookieDomain", "domain in lower case")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","policy":{"carriage":"signedUrl","bind":{"country":"required"}}}""", "policy.bind.country", "the address only")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","format":"v3"}""", "format", "'v1', 'v2'")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","format":"v1"}""", "v1Policy", "is required")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","format":"v1","v1Policy":{}}""", "v1Policy.paths", "at least one path")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","format":"v1","v1Policy":{"paths":["/b/"]}}""", "path", "v1Policy.paths")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","format":"v1","v1Policy":{"paths":["/a/"],"exp":24}}""", "v1Policy.exp", "must be a string")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","format":"v1","v1Policy":{"paths":["/a/"],"exp":"24h"}}""", "v1Policy.exp", "'+Nh' or '+Nm'")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","format":"v1","v1Policy":{"paths":["/a/"],"nbf":"1645000000"}}""", "v1Policy.nbf", "must be a whole number")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","format":"v1","v1Policy":{"paths":["/a/"],"ssn":"true"}}""", "v1Policy.ssn", "must be true or false")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","format":"v1","v1Policy":{"paths":["/a/"],"headers":null}}""", "v1Policy.headers", "must not be null")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","format":"v1","v1Policy":{"paths":["/a/"],"session_auto_generate":65}}""", "v1Policy.session_auto_generate", "0 to 64")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","format":"v1","v1Policy":{"paths":["/a/"],"sessionAutoGenerate":12}}""", "v1Policy.sessionAutoGenerate", "is not a known field")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","format":"v1","v1Policy":{"paths":["/a/"]},"policy":{"lifetime":60}}""", "policy.lifetime", "v1Policy.exp")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","format":"v1","v1Policy":{"paths":["/a/"]},"policy":{"carriage":"signedUrl"}}""", "policy.carriage", "'path' or 'query'")]
    [InlineData("POST", "/v1/tokens/renew", """{"playbackUrl":"/a","cookies":{"CloudFront-Policy":null}}""", "cookies", "32 entries")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","arming":"off"}""", "arming", "'armed', 'shadow'")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","policy":{"paths":["/b/"]}}""", "path", "policy.paths")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","armedWindows":"now"}""", "armedWindows", "{from, until}")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","armedWindows":[null]}""", "armedWindows[0]", "must not be null")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","armedWindows":[{"from":"2026-06-11T20:00:00Z"}]}""", "armedWindows[0].until", "is required")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","armedWindows":[{"from":"kick-off","until":"2026-06-11T22:00:00Z"}]}""", "armedWindows[0].from", "2026-01-31T20:00:00Z")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","armedWindows":[{"from":"2026-06-11T22:00:00Z","until":"2026-06-11T20:00:00Z"}]}""", "armedWindows[0].until", "must be after from")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","detection":[]}""", "detection", "must be an object")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","detection":{"revokeAt":101}}""", "detection.revokeAt", "1 to 100")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","detection":{"flagAt":90}}""", "detection.flagAt", "must not be above revokeAt")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","detection":{"revokAt":90}}""", "detection.revokAt", "is not a known field")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","detection":{"pace":null}}""", "detection.pace", "must not be null")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","detection":{"pace":{"ripFrom":"fast"}}}""", "detection.pace.ripFrom", "must be a number")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","detection":{"sampling":50,"pace":{"armed":false}}}""", "detection.restream.armed", "must be false where sampling is 50")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","detection":{"relayNetworks":[-1]}}""", "detection.relayNetworks[0]", "must be a whole number")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","detection":{"relayNetworks":1}}""", "detection.relayNetworks", "must be a list of whole numbers")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","detection":{"toolAgents":[""]}}""", "detection.toolAgents[0]", "2 to 100 characters")]
    [InlineData("PUT", "/v1/assets/x", """{"path":"/a/b.m3u8","id":"y"}""", "id", "must equal the id in the URL")]
    [InlineData("PUT", "/v1/assets/-x", """{"path":"/a/b.m3u8"}""", "id", "start with a letter or digit")]
    [InlineData("POST", "/v1/webhooks", """{}""", "url", "is required")]
    [InlineData("POST", "/v1/webhooks", """{"url":""}""", "url", "absolute https URL")]
    [InlineData("POST", "/v1/webhooks", """{"url":"hooks.example.com"}""", "url", "absolute https URL")]
    [InlineData("POST", "/v1/webhooks", """{"url":"ftp://hooks.example.com/"}""", "url", "must be https")]
    [InlineData("POST", "/v1/webhooks", """{"url":"http://hooks.example.com/"}""", "url", "http is allowed to loopback only")]
    [InlineData("POST", "/v1/webhooks", """{"url":"https://me:secret@hooks.example.com/"}""", "url", "no user, password")]
    [InlineData("POST", "/v1/webhooks", """{"url":"https://169.254.169.254/latest/meta-data"}""", "url", "metadata")]
    [InlineData("POST", "/v1/webhooks", """{"url":"https://2852039166/latest/meta-data"}""", "url", "metadata")]
    [InlineData("POST", "/v1/webhooks", """{"url":"https://[fe80::1]/"}""", "url", "link-local")]
    [InlineData("POST", "/v1/webhooks", """{"url":"https://a.example/","events":"ping"}""", "events", "must be a list of strings")]
    [InlineData("POST", "/v1/webhooks", """{"url":"https://a.example/","events":["ping"]}""", "events[0]", "'revocation.blocked'")]
    [InlineData("POST", "/v1/webhooks", """{"url":"https://a.example/","events":["target.*",null]}""", "events[1]", "'revocation.*'")]
    [InlineData("POST", "/v1/webhooks", """{"url":"https://a.example/","events":["*"]}""", "events[0]", "'revocation.*'")]
    [InlineData("POST", "/v1/webhooks", """{"url":"https://a.example/","description":"a\nb"}""", "description", "200 characters")]
    [InlineData("POST", "/v1/webhooks", """{"url":"https://a.example/","secret":"mine"}""", "secret", "is not a known field")]
    [InlineData("POST", "/v1/webhooks/x/secret", """{"overlapSeconds":604801}""", "overlapSeconds", "0 to 604800")]
    [InlineData("POST", "/v1/webhooks/x/secret", """{"overlapSeconds":"1h"}""", "overlapSeconds", "must be a whole number")]
    [InlineData("GET", "/v1/webhooks/x/deliveries?limit=0", null, "limit", "must be 1 to 1000")]
    [InlineData("GET", "/v1/webhooks/x/deliveries?state=lost", null, "state", "'pending', 'delivered' or 'dead'")]
    [InlineData("PUT", "/v1/accounts/x", """{"maxSessions":0}""", "maxSessions", "1 to 1000")]
    [InlineData("PUT", "/v1/accounts/x", """{"maxSessions":1001}""", "maxSessions", "1 to 1000")]
    [InlineData("PUT", "/v1/accounts/x", """{"maxSessions":"3"}""", "maxSessions", "must be a whole number")]
    [InlineData("PUT", "/v1/accounts/x", """{"whenFull":"ask"}""", "whenFull", "'refuse', 'endOldest'")]
    [InlineData("PUT", "/v1/accounts/x", """{"sessions":3}""", "sessions", "is not a known field")]
    [InlineData("PUT", "/v1/accounts/a%0Ab", "{}", "id", "1 to 256 characters")]
    [InlineData("GET", "/v1/sessions?limit=abc", null, "limit", "must be a whole number")]
    [InlineData("GET", "/v1/sessions?limit=1&limit=2", null, "limit", "must be a whole number")]
    [InlineData("GET", "/v1/sessions?limit=99999999999", null, "limit", "must be a whole number")]
    [InlineData("GET", "/v1/sessions?limit=0", null, "limit", "must be 1 to 1000")]
    [InlineData("GET", "/v1/sessions?q=01234567890123456789012345678901234567890123456789012345678901234", null, "q", "64 characters")]
    [InlineData("GET", "/v1/revocations?limit=1001", null, "limit", "must be 1 to 1000")]
    [InlineData("GET", "/v1/revocations?before=x", null, "before", "must be a whole number")]
    [InlineData("GET", "/v1/revocations?state=none", null, "state", "'standing', 'held', 'lifted' or 'all'")]
    [InlineData("GET", "/v1/revocations?source=nobody", null, "source", "'auto', 'manual', 'watermark', 'accountLimit'")]
    [InlineData("GET", "/v1/revocations?asn=-1", null, "asn", "0 to 4294967295")]
    [InlineData("GET", "/v1/revocations?asn=x", null, "asn", "must be a whole number")]
    [InlineData("GET", "/v1/revocations?from=yesterday", null, "from", "2026-01-31T20:00:00Z")]
    [InlineData("GET", "/v1/revocations?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", null, "to", "later than from")]
    [InlineData("GET", "/v1/revocations?asset=", null, "asset", "1 to 256 characters")]
    [InlineData("POST", "/v1/revocations", """{"sid":"a","reason":"r","source":"auto"}""", "source", "'manual' or 'watermark'")]
    [InlineData("POST", "/v1/revocations", """{"sid":"a","reason":"r","source":"me"}""", "source", "'watermark'")]
    [InlineData("POST", "/v1/revocations", """{"sid":"a","reason":"r","source":"watermark"}""", "finding", "is required")]
    [InlineData("POST", "/v1/revocations", """{"sid":"a","reason":"r","finding":"case 7"}""", "finding", "with no other")]
    [InlineData("POST", "/v1/revocations", """{"sid":"a","reason":"r","source":"watermark","finding":" "}""", "finding", "1 to 200 characters")]
    [InlineData("POST", "/v1/revocations", """{"sid":"a","reason":"r","requestId":"a b"}""", "requestId", "1 to 64 characters")]
    [InlineData("POST", "/v1/revocations/lift", """{"reason":"r"}""", "filter", "is required")]
    [InlineData("POST", "/v1/revocations/lift", """{"filter":{},"reason":"r"}""", "filter", "must have a criterion")]
    [InlineData("POST", "/v1/revocations/lift", """{"filter":{"aset":"a"},"reason":"r"}""", "filter.aset", "is not a known field")]
    [InlineData("POST", "/v1/revocations/lift", """{"filter":{"source":"me"},"reason":"r"}""", "filter.source", "'auto'")]
    [InlineData("POST", "/v1/revocations/lift", """{"filter":{"asn":-1},"reason":"r"}""", "filter.asn", "not negative")]
    [InlineData("POST", "/v1/revocations/lift", """{"filter":{"actor":""},"reason":"r"}""", "filter.actor", "1 to 256 characters")]
    [InlineData("POST", "/v1/revocations/lift", """{"filter":{"from":"2026-01-02T00:00:00Z","to":"2026-01-01T00:00:00Z"},"reason":"r"}""", "filter.to", "later than from")]
    [InlineData("POST", "/v1/revocations/lift", """{"filter":{"asset":"a"},"reason":""}""", "reason", "1 to 500 characters")]
    [InlineData("POST", "/v1/revocations/lift", """{"filter":{"asset":"a"},"reason":"r","requestId":""}""", "requestId", "1 to 64 characters")]
    [InlineData("POST", "/v1/revocations/held/release", """{"reason":"r"}""", "ids", "either ids or filter")]
    [InlineData("POST", "/v1/revocations/held/release", """{"ids":["a"],"filter":{"asset":"a"},"reason":"r"}""", "ids", "either ids or filter")]
    [InlineData("POST", "/v1/revocations/held/drop", """{"ids":[],"reason":"r"}""", "ids", "1 to 1000 ids")]
    [InlineData("POST", "/v1/revocations/held/drop", """{"ids":[null],"reason":"r"}""", "ids", "1 to 1000 ids")]
    [InlineData("POST", "/v1/disarm", """{"reason":" "}""", "reason", "1 to 500 characters")]
    [InlineData("POST", "/v1/arm", "{}", "reason", "is required")]
    [InlineData("POST", "/v1/allow", """{"kind":"cidr","value":"192.0.2.0/24","reason":"r","expires":"2199-01-01T00:00:00Z"}""", "owner", "is required")]
    [InlineData("POST", "/v1/allow", """{"kind":"cidr","value":"192.0.2.0/24","owner":"o","reason":"r"}""", "expires", "is required")]
    [InlineData("POST", "/v1/allow", """{"kind":"sid","value":"a","owner":"o","reason":"r","expires":"2199-01-01T00:00:00Z"}""", "expires", "within 90 days")]
    [InlineData("POST", "/v1/allow", """{"kind":"all","value":"a","owner":"o","reason":"r","expires":"2199-01-01T00:00:00Z"}""", "kind", "'sid', 'account', 'cidr', 'asn', 'userAgent'")]
    [InlineData("POST", "/v1/allow", """{"kind":"account","value":"","owner":"o","reason":"r","expires":"2199-01-01T00:00:00Z"}""", "value", "1 to 256 characters")]
    [InlineData("GET", "/v1/revocations?sid=a.b", null, "sid", "1 to 64 characters")]
    public async Task Request_InvalidField_NamesItAndWhatIsAllowed(string method, string path, string? body, string field, string allowed)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");

        var refusal = await Refusal.ReadAsync(await _service.Admin.SendAsync(request));

        Assert.Equal((400, "invalid-request"), (refusal.Code, refusal.Type));
        Assert.Equal([field], refusal.Errors.Keys);
        Assert.Contains(allowed, refusal.Errors[field], StringComparison.Ordinal);
        Assert.StartsWith($"{field}: ", refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_SeveralInvalidFields_NamesAllOfThem()
    {
        var refusal = await SendAsync(HttpMethod.Put, "/v1/assets/x", """{"path":"a","host":"h","policy":{"lifetime":1,"exc":["b"],"bind":{"query":["="]}}}""");

        Assert.Equal(["host", "path", "policy.lifetime", "policy.exc[0]", "policy.bind.query[0]"], refusal.Errors.Keys);
    }

    [Fact]
    public async Task Request_SeveralMissingFields_NamesEachOfThem()
    {
        var refusal = await SendAsync(HttpMethod.Post, "/v1/api-keys", "{}");

        Assert.Equal(["name", "role"], refusal.Errors.Keys);
    }

    [Fact]
    public async Task Asset_PathsTooLongForAToken_NamesThem()
    {
        var paths = string.Join(',', Enumerable.Range(0, 10).Select(number => $"\"/a{number}/{new string('x', 400)}\""));

        var refusal = await SendAsync(HttpMethod.Put, "/v1/assets/x", $$$"""{"path":"/a/b.m3u8","policy":{"paths":["/a",{{{paths}}}]}}""");

        Assert.Equal(["policy.paths"], refusal.Errors.Keys);
    }

    [Fact]
    public async Task Request_HugeNesting_Refused()
    {
        var refusal = await SendAsync(HttpMethod.Post, "/v1/tokens", $$"""{"asset":{{new string('[', 30_000)}}""");

        Assert.Equal(400, refusal.Code);
    }

    [Fact]
    public async Task Request_InvalidUtf8_Refused()
    {
        using var content = new ByteArrayContent([.. "{\"asset\":\""u8, 0xC3, 0x28, 0xFF, .. "\"}"u8]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        var refusal = await Refusal.ReadAsync(await _service.Issuer.PostAsync("/v1/tokens", content));

        Assert.Equal(400, refusal.Code);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=nonsense")]
    [InlineData("application/json; charset=utf-7")]
    public async Task Request_OtherContentType_UnsupportedMediaType(string type)
    {
        using var content = new ByteArrayContent("""{"asset":"sample-live"}"""u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        var refusal = await Refusal.ReadAsync(await _service.Issuer.PostAsync("/v1/tokens", content));

        Assert.Equal((415, "unsupported-media-type"), (refusal.Code, refusal.Type));
        Assert.Contains("application/json", refusal.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_OversizedBody_TooLarge(bool chunked)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"asset":"{{new string('a', 70_000)}}"}""");
        using HttpContent content = chunked ? new StreamContent(new WithoutLength(body)) : new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        Assert.Equal(chunked ? null : body.Length, content.Headers.ContentLength);

        var refusal = await Refusal.ReadAsync(await _service.Issuer.PostAsync("/v1/tokens", content));

        Assert.Equal((413, "too-large"), (refusal.Code, refusal.Type));
        Assert.Contains("65,536", refusal.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/v1/tokens", "POST")]
    [InlineData("DELETE", "/v1/revocations", "GET, POST")]
    [InlineData("OPTIONS", "/v1/status", "GET")]
    public async Task Request_OtherMethod_MethodNotAllowed(string method, string path, string allowed)
    {
        var response = await _service.Admin.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        Assert.Equal((HttpStatusCode.MethodNotAllowed, "method-not-allowed"), (response.StatusCode, (await Refusal.ReadAsync(response)).Type));
        Assert.Equal(allowed, string.Join(", ", response.Content.Headers.Allow.Order()));
    }

    [Theory]
    [InlineData("/v1/nothing")]
    [InlineData("/v2/tokens")]
    [InlineData("/v1/sessions/unknown")]
    [InlineData("/v1/sessions/a.b")]
    [InlineData("/v1/assets/unknown")]
    [InlineData("/v1/revocations/unknown")]
    [InlineData("/v1/webhooks/unknown")]
    [InlineData("/v1/webhooks/unknown/deliveries")]
    public async Task Request_UnknownAddress_NotFound(string path)
    {
        var refusal = await Refusal.ReadAsync(await _service.Admin.GetAsync(path));

        Assert.Equal((404, "not-found"), (refusal.Code, refusal.Type));
    }

    private async Task<Refusal> SendAsync(HttpMethod method, string path, string body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        return await Refusal.ReadAsync(await _service.Admin.SendAsync(request));
    }

    /// <summary>Bytes whose number is not said beforehand, so that they are sent in chunks.</summary>
    private sealed class WithoutLength(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
