namespace Portcullis.Api.Tests.Service;

/// <summary>An endpoint of the API, with the least role that may use it.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Route">The route as it is mapped.</param>
/// <param name="Role">The least role: issuer, operator or admin.</param>
/// <param name="Body">A valid body, or null.</param>
internal sealed record Endpoint(string Method, string Route, string Role, string? Body = null)
{
    public static readonly IReadOnlyList<string> Roles = ["issuer", "operator", "admin"];

    public static readonly IReadOnlyList<Endpoint> All =
    [
        new("POST", "/v1/tokens", "issuer", """{"asset":"sample-live","account":"a","viewer":{"ip":"192.0.2.1","country":"DE","region":"BE","city":"Berlin","headers":{"user-agent":"x"},"query":{"q":"1"}}}"""),
        new("POST", "/v1/tokens/renew", "issuer", """{"playbackUrl":"/a.b.c.d/live/sample/master.m3u8","cookies":{"CloudFront-Signature":"x"},"viewer":{"ip":"192.0.2.1"}}"""),
        new("GET", "/v1/accounts/{id}", "operator"),
        new("PUT", "/v1/accounts/{id}", "operator", """{"maxSessions":2,"whenFull":"endOldest"}"""),
        new("DELETE", "/v1/accounts/{id}", "admin"),
        new("GET", "/v1/assets", "operator"),
        new("GET", "/v1/assets/{id}", "operator"),
        new("PUT", "/v1/assets/{id}", "admin", """{"id":"x","host":"https://media.example.com","path":"/a/b.m3u8","format":"v2","policy":{"lifetime":60,"maxSession":600,"paths":["/a"],"exc":["/k"],"bind":{"ip":true,"country":"required","region":"none","city":"whenPresent","headers":["user-agent"],"query":["q"]},"allowedViewers":2,"carriage":"query","signed":{"hash":"sha256"}},"v1Policy":{"paths":["/a/"],"exc":["/k/"],"exp":"+48h","nbf":1645000000,"ssn":true,"session_auto_generate":12,"ip":true,"co":true,"co_fallback":true,"reg":false,"reg_fallback":false,"cty":false,"cty_fallback":true,"headers":["user-agent"],"querystrings":["q"]},"arming":"shadow","armedWindows":[{"from":"2026-06-11T20:00:00+00:00","until":"2026-06-11T22:00:00+00:00"}]}"""),
        new("DELETE", "/v1/assets/{id}", "admin"),
        new("GET", "/v1/sessions", "operator"),
        new("GET", "/v1/sessions/{sid}", "operator"),
        new("GET", "/v1/revocations", "operator"),
        new("POST", "/v1/revocations", "operator", """{"sid":"nobody","reason":"test","until":"2199-01-01T00:00:00Z","source":"watermark","finding":"case 7","requestId":"r1"}"""),
        new("GET", "/v1/revocations/{id}", "operator"),
        new("POST", "/v1/revocations/{id}/lift", "operator", """{"reason":"test"}"""),
        new("POST", "/v1/revocations/lift", "operator", """{"filter":{"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z","asset":"a","detector":"pace","policyVersion":"0123456789ab","source":"auto","actor":"detectors","userAgent":"x","asn":64500},"reason":"test","dryRun":false,"requestId":"b1"}"""),
        new("POST", "/v1/revocations/held/release", "operator", """{"filter":{"asset":"none"},"reason":"test","dryRun":false,"requestId":"b2"}"""),
        new("POST", "/v1/revocations/held/drop", "operator", """{"ids":["none"],"reason":"test","dryRun":true,"requestId":"b3"}"""),
        new("GET", "/v1/switch", "operator"),
        new("POST", "/v1/disarm", "operator", """{"reason":"test"}"""),
        new("POST", "/v1/arm", "operator", """{"reason":"test"}"""),
        new("GET", "/v1/allow", "operator"),
        new("POST", "/v1/allow", "operator", """{"kind":"cidr","value":"192.0.2.0/24","owner":"test","reason":"test","expires":"2199-01-01T00:00:00Z"}"""),
        new("DELETE", "/v1/allow/{id}", "operator"),
        new("GET", "/v1/status", "operator"),
        new("GET", "/v1/logs/malformed", "operator"),
        new("GET", "/v1/logs/refused", "operator"),
        new("GET", "/v1/events", "operator"),
        new("GET", "/v1/keys", "operator"),
        new("POST", "/v1/keys/rotate", "admin", """{"emergency":false,"reason":"test"}"""),
        new("POST", "/v1/keys/import", "admin", """{"format":"v1","keyId":"tested","secret":"0123456789abcdef0123456789abcdef","signing":true}"""),
        new("DELETE", "/v1/keys/{id}", "admin"),
        new("GET", "/v1/keys/cloudfront", "operator"),
        new("PUT", "/v1/keys/cloudfront", "admin", """{"keyPairId":"K2JCJMDEHXQW5F"}"""),
        new("GET", "/v1/api-keys", "admin"),
        new("POST", "/v1/api-keys", "admin", """{"name":"test","role":"issuer"}"""),
        new("DELETE", "/v1/api-keys/{id}", "admin"),
        new("GET", "/v1/webhooks", "admin"),
        // The port of "discard": nobody listens, and nothing leaves the machine.
        new("POST", "/v1/webhooks", "admin", """{"url":"https://127.0.0.1:9/hook?key=1","events":["revocation.*","target.down"],"description":"test"}"""),
        new("GET", "/v1/webhooks/{id}", "admin"),
        new("DELETE", "/v1/webhooks/{id}", "admin"),
        new("POST", "/v1/webhooks/{id}/secret", "admin", """{"overlapSeconds":60}"""),
        new("POST", "/v1/webhooks/{id}/enable", "admin"),
        new("POST", "/v1/webhooks/{id}/test", "admin"),
        new("GET", "/v1/webhooks/{id}/deliveries", "admin"),
        new("POST", "/v1/webhooks/{id}/redeliver", "admin"),
    ];

    /// <summary>A request whose path parameters name nothing.</summary>
    public HttpRequestMessage ToRequest(string id = "x") => new(new HttpMethod(Method), Route.Replace("{id}", id, StringComparison.Ordinal).Replace("{sid}", id, StringComparison.Ordinal))
    {
        Content = Body is null ? null : new StringContent(Body, null, "application/json"),
    };
}
