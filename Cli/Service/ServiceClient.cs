using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Portcullis.Assets;
using Portcullis.Cli.Service.Contract;

namespace Portcullis.Cli.Service;

/// <summary>
/// The service's HTTP interface as far as the command line uses it. Answers are kept as JSON, so that <c>--json</c> shows
/// members that this version does not know. Every call throws <see cref="ServiceFailure"/> when it gets no good answer.
/// </summary>
internal sealed class ServiceClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly HttpClient _http;
    private readonly Uri _api;

    public ServiceClient(ServiceConnection connection)
    {
        _api = connection.Api;
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = !_api.IsLoopback, ConnectTimeout = TimeSpan.FromSeconds(5) };
        _http = new HttpClient(handler) { Timeout = Patience };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", connection.Key);
        _http.DefaultRequestHeaders.Accept.ParseAdd("application/json");
    }

    public string Origin => _api.GetLeftPart(UriPartial.Authority);

    /// <exception cref="ServiceFailure">Also when the token names no session, as v1 tokens may.</exception>
    public async Task<TokenGrant> MintAsync(TokenRequest request, CancellationToken cancellationToken) =>
        Read<TokenGrant>(await SendAsync(HttpMethod.Post, "v1/tokens", request, cancellationToken)) is { Sid: not null } grant
            ? grant
            : throw new ServiceFailure($"tokens of asset '{request.Asset}' name no session (ssn is false in its v1Policy): there is nothing to follow");

    public Task<JsonElement> SessionsAsync(int limit, string? search, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"v1/sessions?limit={limit}{Query("q", search)}", null, cancellationToken);

    public Task<JsonElement> SessionAsync(string sid, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"v1/sessions/{Uri.EscapeDataString(sid)}", null, cancellationToken);

    public Task<JsonElement> RevokeAsync(RevocationRequest request, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, "v1/revocations", request, cancellationToken);

    public Task<JsonElement> StandingRevocationsAsync(string sid, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"v1/revocations?state=standing{Query("sid", sid)}", null, cancellationToken);

    public Task<JsonElement> LiftAsync(string id, string reason, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"v1/revocations/{Uri.EscapeDataString(id)}/lift", new LiftRequest(reason), cancellationToken);

    public Task<JsonElement> LiftManyAsync(BulkRequest request, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, "v1/revocations/lift", request, cancellationToken);

    public Task<JsonElement> HeldAsync(DecisionCriteria? criteria, int limit, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"v1/revocations?state=held&limit={limit}{Query(criteria)}", null, cancellationToken);

    /// <param name="action"><c>release</c> or <c>drop</c>.</param>
    public Task<JsonElement> AnswerHeldAsync(string action, BulkRequest request, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"v1/revocations/held/{action}", request, cancellationToken);

    /// <param name="action"><c>arm</c> or <c>disarm</c>.</param>
    public Task<JsonElement> SwitchAsync(string action, string reason, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"v1/{action}", new { reason }, cancellationToken);

    public Task<JsonElement> AllowedAsync(CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, "v1/allow", null, cancellationToken);

    public Task<JsonElement> AllowAsync(AllowRequest request, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, "v1/allow", request, cancellationToken);

    public Task DisallowAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, $"v1/allow/{Uri.EscapeDataString(id)}", null, cancellationToken);

    public Task<JsonElement> AssetsAsync(CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, "v1/assets", null, cancellationToken);

    public Task<JsonElement> AssetAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"v1/assets/{Uri.EscapeDataString(id)}", null, cancellationToken);

    public Task<JsonElement> PutAssetAsync(Asset asset, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, $"v1/assets/{Uri.EscapeDataString(asset.Id)}", AssetUpload.ToJson(asset), cancellationToken);

    public Task<JsonElement> AccountAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, AccountPath(id), null, cancellationToken);

    public Task<JsonElement> PutAccountAsync(string id, int? maxSessions, string? whenFull, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, AccountPath(id), new { maxSessions, whenFull }, cancellationToken);

    public Task<JsonElement> EraseAccountAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, AccountPath(id), null, cancellationToken);

    public Task<JsonElement> KeysAsync(CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, "v1/keys", null, cancellationToken);

    public Task<JsonElement> RotateKeysAsync(RotationRequest request, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, "v1/keys/rotate", request, cancellationToken);

    public Task<JsonElement> ImportKeyAsync(KeyImportRequest request, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, "v1/keys/import", request, cancellationToken);

    public Task RemoveKeyAsync(string keyId, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, $"v1/keys/{Uri.EscapeDataString(keyId)}", null, cancellationToken);

    public Task<JsonElement> CloudFrontKeyAsync(CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, "v1/keys/cloudfront", null, cancellationToken);

    public Task<JsonElement> AssignKeyPairIdAsync(string keyPairId, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, "v1/keys/cloudfront", new { keyPairId }, cancellationToken);

    public Task<JsonElement> WebhooksAsync(CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, "v1/webhooks", null, cancellationToken);

    public Task<JsonElement> AddWebhookAsync(WebhookRequest request, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, "v1/webhooks", request, cancellationToken);

    public Task RemoveWebhookAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, $"v1/webhooks/{Uri.EscapeDataString(id)}", null, cancellationToken);

    public Task<JsonElement> RotateWebhookSecretAsync(string id, int overlapSeconds, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"v1/webhooks/{Uri.EscapeDataString(id)}/secret", new { overlapSeconds }, cancellationToken);

    public Task<JsonElement> EnableWebhookAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"v1/webhooks/{Uri.EscapeDataString(id)}/enable", null, cancellationToken);

    public Task<JsonElement> TestWebhookAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"v1/webhooks/{Uri.EscapeDataString(id)}/test", null, cancellationToken);

    public Task<JsonElement> WebhookDeliveriesAsync(string id, string? state, int limit, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"v1/webhooks/{Uri.EscapeDataString(id)}/deliveries?limit={limit}{Query("state", state)}", null, cancellationToken);

    public Task<JsonElement> RedeliverWebhookAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"v1/webhooks/{Uri.EscapeDataString(id)}/redeliver", null, cancellationToken);

    public Task<JsonElement> StatusAsync(CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, "v1/status", null, cancellationToken);

    /// <summary>Reads an answer as a record of the contract.</summary>
    /// <exception cref="ServiceFailure">The answer has another form.</exception>
    public T Read<T>(JsonElement answer)
        where T : class
    {
        try
        {
            return answer.Deserialize<T>(JsonSerializerOptions.Web) ?? throw new JsonException("null");
        }
        catch (JsonException unexpected)
        {
            throw new ServiceFailure($"{Origin} gave an answer this version does not understand: {unexpected.Message}");
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri($"{_api.AbsoluteUri.TrimEnd('/')}/{path}"));
        if (body is not null)
        {
            request.Content = JsonContent.Create(body, body.GetType(), options: JsonSerializerOptions.Web);
        }

        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw Problem.Explain((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken), Origin);
            }

            return response.StatusCode == HttpStatusCode.NoContent ? default : await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        }
        catch (HttpRequestException)
        {
            throw new ServiceFailure($"cannot reach {Origin}; start it with dotnet run --project Api");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ServiceFailure($"{Origin} gave no answer within {Patience.TotalSeconds:0} s");
        }
        catch (JsonException)
        {
            throw new ServiceFailure($"{Origin} did not answer with JSON: is it the Portcullis API?");
        }
    }

    private static string AccountPath(string id) => $"v1/accounts/{Uri.EscapeDataString(id)}";

    private static string Query(DecisionCriteria? criteria) => criteria is null
        ? ""
        : string.Concat(JsonSerializer.SerializeToElement(criteria, JsonSerializerOptions.Web).EnumerateObject().Select(member => Query(member.Name, member.Value.ToString())));

    private static string Query(string name, string? value) => value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";
}
