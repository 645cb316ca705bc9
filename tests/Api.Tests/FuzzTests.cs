using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portcullis.Api.Tests.Service;

namespace Portcullis.Api.Tests;

/// <summary>Every field of every endpoint with every nasty value: never a 5xx, and nothing secret in a log or a refusal.</summary>
public sealed class FuzzTests : IAsyncLifetime
{
    private const string Marked = "\u0001";

    private RunningService _service = null!;
    private Ticket _ticket = null!;
    private string _spareKey = "";

    public async Task InitializeAsync()
    {
        _service = await RunningService.StartAsync();
        _ticket = await _service.MintAsync();
        _spareKey = (await _service.CreateKeyAsync("admin", "spare")).GetProperty("key").GetString()!;
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Bodies_NastyValueInAnyField_NeverFailNorTellSecrets()
    {
        var requests =
            from endpoint in Endpoint.All
            where endpoint.Body is not null
            from field in Fields(JsonNode.Parse(endpoint.Body!)!)
            from value in JsonValues()
            select (endpoint, field, value);

        await SendAllAsync(requests.Select(request => new Func<HttpRequestMessage>(() =>
        {
            var message = request.endpoint.ToRequest("fuzzed");
            message.Content = new StringContent(With(request.endpoint.Body!, request.field, request.value), Encoding.UTF8, "application/json");
            return message;
        })));
    }

    [Fact]
    public async Task Addresses_NastyPathAndQueryValues_NeverFailNorTellSecrets()
    {
        string[] templates =
        [
            "GET /v1/sessions?limit=*", "GET /v1/sessions?q=*", "GET /v1/sessions/*", "GET /v1/revocations?state=*", "GET /v1/revocations?sid=*", "GET /v1/revocations?limit=*",
            "GET /v1/revocations?before=*", "GET /v1/revocations?state=all&before=*", "GET /v1/revocations?state=all&sid=*", "GET /v1/revocations?state=held&asset=*", "GET /v1/revocations?state=all&source=*", "GET /v1/revocations?state=all&detector=*",
            "GET /v1/revocations?state=lifted&asn=*", "GET /v1/revocations?state=all&from=*", "GET /v1/revocations?state=all&to=*&userAgent=*", "DELETE /v1/allow/*", "GET /v1/revocations/*", "POST /v1/revocations/*/lift", "GET /v1/assets/*", "PUT /v1/assets/*",
            "GET /v1/accounts/*", "PUT /v1/accounts/*", "DELETE /v1/assets/*", "DELETE /v1/api-keys/*", "GET /v1/webhooks/*", "DELETE /v1/webhooks/*", "POST /v1/webhooks/*/secret", "POST /v1/webhooks/*/test", "GET /v1/webhooks/*/deliveries", "GET /v1/webhooks/x/deliveries?state=*", "GET /v1/webhooks/x/deliveries?limit=*",
            "POST /v1/webhooks/*/enable", "POST /v1/webhooks/*/redeliver", "DELETE /v1/keys/*", "GET /v1/*", "POST /v1/tokens?x=*", "GET /health/*", "GET /*",
        ];

        await SendAllAsync(
            from template in templates
            from value in Texts().SelectMany(text => new[] { Uri.EscapeDataString(text), text.Replace("%", "%25", StringComparison.Ordinal) }).Append("%00").Append("%FF%FE").Append("%2F..%2F").Append("%ZZ").Distinct()
            where Uri.TryCreate(_service.ApiUrl, template.Split(' ')[1].Replace("*", value, StringComparison.Ordinal), out _)
            select new Func<HttpRequestMessage>(() => new HttpRequestMessage(new HttpMethod(template.Split(' ')[0]), new Uri(_service.ApiUrl, template.Split(' ')[1].Replace("*", value, StringComparison.Ordinal)))
            {
                Content = template[0] == 'P' ? new StringContent("""{"reason":"x","path":"/a/b","asset":"x"}""", Encoding.UTF8, "application/json") : null,
            }));
    }

    private async Task SendAllAsync(IEnumerable<Func<HttpRequestMessage>> requests)
    {
        using var client = _service.ClientWith(_spareKey);
        var failures = new System.Collections.Concurrent.ConcurrentBag<string>();
        var sent = 0;
        await Parallel.ForEachAsync(requests, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (make, cancellation) =>
        {
            using var request = make();
            var what = $"{request.Method} {request.RequestUri} {(request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellation))}";
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            Interlocked.Increment(ref sent);
            if (response.Content.Headers.ContentType?.MediaType == "text/event-stream")
                return;
            var answer = await response.Content.ReadAsStringAsync(cancellation);
            if ((int)response.StatusCode >= 500)
                failures.Add($"{(int)response.StatusCode} {what}");
            else if ((int)response.StatusCode >= 400 && answer.Length > 0 && response.Content.Headers.ContentType?.MediaType != "application/problem+json")
                failures.Add($"{(int)response.StatusCode} {response.Content.Headers.ContentType} {what}");
            else if (!response.IsSuccessStatusCode && answer.Contains(_ticket.Signature, StringComparison.Ordinal))
                failures.Add($"the token is in the answer to {what}");
        });

        Assert.True(failures.IsEmpty, string.Join('\n', failures.Take(20)) + _service.Log.Text);
        Assert.True(sent > 300, $"only {sent} requests");
        var log = _service.Log.Text;
        Assert.DoesNotContain("\nError ", "\n" + log, StringComparison.Ordinal);
        foreach (var secret in new[] { _ticket.Signature, _service.AdminKey[^43..], _spareKey[^43..], _service.OperatorKey[^43..], _service.IssuerKey[^43..] })
            Assert.DoesNotContain(secret, log, StringComparison.Ordinal);
    }

    /// <summary>The paths of all fields in a body, list entries included.</summary>
    private static IEnumerable<string> Fields(JsonNode node) => node switch
    {
        JsonObject values => values.SelectMany(pair => Fields(pair.Value!).Prepend(pair.Value!.GetPath())),
        JsonArray list => list.SelectMany(item => Fields(item!).Prepend(item!.GetPath())),
        _ => [],
    };

    /// <summary>The body with a field's value replaced by text that need not be JSON.</summary>
    private static string With(string body, string path, string value)
    {
        var root = JsonNode.Parse(body)!;
        var target = Find(root, path);
        target.ReplaceWith(Marked);
        return root.ToJsonString().Replace(JsonSerializer.Serialize(Marked), value, StringComparison.Ordinal);
    }

    private static JsonNode Find(JsonNode node, string path)
    {
        if (node.GetPath() == path)
            return node;
        var children = node is JsonObject values ? values.Select(pair => pair.Value!) : ((JsonArray)node).Select(item => item!);
        return Find(children.First(child => path == child.GetPath() || path.StartsWith(child.GetPath() + ".", StringComparison.Ordinal) || path.StartsWith(child.GetPath() + "[", StringComparison.Ordinal)), path);
    }

    private IEnumerable<string> JsonValues() =>
    [
        "null", "true", "0", "-1", "1.5", "1e400", "-2147483649", "9999999999999999999", "{}", "[]", "[null]", "[[[]]]", "[1,\"a\"]", "{\"a\":null}", "{\"a\":{\"b\":[]}}", "{\"\\ud800\":1}", "\"\\ud800\"", "\"\\u0000\"", "nonsense", "\"open",
        new string('[', 200), "\"\\uD83D\\uDE00\"", "\"" + new string('a', 60_000) + "\"",
        .. Texts().Select(text => JsonSerializer.Serialize(text)),
    ];

    private IEnumerable<string> Texts() =>
    [
        "", " ", ".", "..", "../../etc/passwd", "/", "//", "/..", "%00", "%2e%2e%2f", "\\", "\t", "a\r\nX-Injected: 1", "' OR 1=1 --", "<script>alert(1)</script>", "é\u0301", "\u202E", "😀", new string('9', 400), new string('é', 65), "2026-13-45T99:99:99Z",
        "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "-1", "NaN", "armed,shadow", "operator, admin", "::ffff:1.2.3.4", "https://user@host/", "http://[::1", _ticket.PlaybackUrl.ToString(), _ticket.PlaybackUrl.AbsolutePath, _ticket.Segment,
        _service.AdminKey, $"Bearer {_service.OperatorKey}",
    ];
}
