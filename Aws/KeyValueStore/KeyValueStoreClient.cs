using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Portcullis.Enforcement.KeyValueStores;

namespace Portcullis.Aws.KeyValueStore;

/// <summary>
/// The data plane of one CloudFront KeyValueStore. Throttling, 5xx and dropped connections are tried again with growing pauses; the ETag
/// sees to it that a write which did happen is not done twice, but answered with a conflict. When the service takes our time for wrong, its
/// own is taken, and the call made once more.
/// </summary>
/// <remarks>Source: service model <c>cloudfront-keyvaluestore</c>, 2022-07-26. Safe for several threads.</remarks>
public sealed class KeyValueStoreClient : IDisposable
{
    /// <summary>Most entries on a page of a listing; the service's own default is 10.</summary>
    private const int PageSize = 50;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100), LongestPause = TimeSpan.FromSeconds(5);

    private readonly Uri _store;
    private readonly Uri _keys;
    private readonly SignedHttp _http;
    private readonly TimeProvider _time;
    private readonly int _retries;

    /// <summary>Puts a client together; nothing is sent.</summary>
    /// <param name="arn">The store.</param>
    /// <param name="connection">Credentials, timeout, retries, and an endpoint <c>cloudfront-keyvaluestore</c> where it is not AWS's own.</param>
    /// <param name="time">The clock.</param>
    public KeyValueStoreClient(KeyValueStoreArn arn, AwsConnection connection, TimeProvider time)
    {
        _store = arn.AddressAt(connection);
        _keys = new Uri($"{_store.AbsoluteUri}/keys");
        _http = new SignedHttp(connection, time);
        _time = time;
        _retries = connection.Retries;
    }

    /// <summary>Reads the store's version and size (DescribeKeyValueStore).</summary>
    /// <exception cref="KeyValueStoreException">The service refused, or did not answer.</exception>
    public async Task<KeyValueStoreState> DescribeAsync(CancellationToken cancellation)
    {
        var (description, etag) = await CallAsync("DescribeKeyValueStore", HttpMethod.Get, _store, null, default, KeyValueStoreTypes.Default.StoreDescription, cancellation).ConfigureAwait(false);
        return StateOf("DescribeKeyValueStore", description, etag);
    }

    /// <summary>Reads all entries, page by page (ListKeys). Pages may be of different versions when somebody writes meanwhile.</summary>
    /// <exception cref="KeyValueStoreException">The service refused, or did not answer.</exception>
    public async IAsyncEnumerable<KeyValueStoreEntry> ListAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        string? token = null;
        do
        {
            var address = new Uri($"{_keys.AbsoluteUri}?MaxResults={PageSize}{(token is null ? "" : $"&NextToken={Uri.EscapeDataString(token)}")}");
            var (page, _) = await CallAsync("ListKeys", HttpMethod.Get, address, null, default, KeyValueStoreTypes.Default.KeyPage, cancellation).ConfigureAwait(false);
            foreach (var item in page.Items ?? [])
                yield return new KeyValueStoreEntry(item.Key, item.Value ?? "");
            token = page.NextToken;
        }
        while (!string.IsNullOrEmpty(token));
    }

    /// <summary>Puts and deletes keys, all or none (UpdateKeys).</summary>
    /// <param name="batch">What to put and delete.</param>
    /// <param name="etag">The version that the store must have.</param>
    /// <param name="cancellation">Ends the call; whether it had effect is then unknown.</param>
    /// <exception cref="KeyValueStoreException">The service refused, <see cref="KeyValueStoreException.IsConflict"/> when the version is another one; or did not answer.</exception>
    public async Task<KeyValueStoreState> UpdateAsync(KeyValueStoreBatch batch, string etag, CancellationToken cancellation)
    {
        var updates = new KeyUpdates { Puts = batch.Puts.Select(put => new KeyItem { Key = put.Key, Value = put.Value }), Deletes = batch.Deletes.Select(key => new KeyItem { Key = key }) };
        var body = JsonSerializer.SerializeToUtf8Bytes(updates, KeyValueStoreTypes.Default.KeyUpdates);
        var (description, after) = await CallAsync("UpdateKeys", HttpMethod.Post, _keys, etag, body, KeyValueStoreTypes.Default.StoreDescription, cancellation).ConfigureAwait(false);
        return StateOf("UpdateKeys", description, after);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<(TOutput Output, string? ETag)> CallAsync<TOutput>(
        string operation, HttpMethod method, Uri address, string? ifMatch, ReadOnlyMemory<byte> body, JsonTypeInfo<TOutput> type, CancellationToken cancellation)
        where TOutput : class
    {
        var isCorrected = false;
        for (var attempt = 0; ; attempt++)
        {
            KeyValueStoreException failure;
            try
            {
                var (answer, at) = await _http.SendAsync(method, address, ifMatch, body, cancellation).ConfigureAwait(false);
                using var response = answer;
                var content = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
                if (response.IsSuccessStatusCode)
                    return (Read(operation, content, type), HeaderOf(response, "ETag"));
                failure = new KeyValueStoreException(operation, response.StatusCode, KeyValueStoreErrorCode.Of(HeaderOf(response, "x-amzn-ErrorType"), content), HeaderOf(response, "x-amzn-RequestId"));
                if (!isCorrected && KeyValueStoreErrorCode.IsOfTime(failure.Code) && _http.FollowClock(response.Headers.Date, at))
                {
                    isCorrected = true;
                    attempt--;
                    continue;
                }
            }
            catch (Exception error) when (Unanswered.Is(error, cancellation))
            {
                failure = new KeyValueStoreException(operation, "was not answered.", error);
            }
            if (attempt >= _retries || !IsTransient(failure))
                throw failure;
            var pause = TimeSpan.FromTicks(Math.Min(FirstPause.Ticks << Math.Min(attempt, 10), LongestPause.Ticks));
            await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), _time, cancellation).ConfigureAwait(false);
        }
    }

    private static bool IsTransient(KeyValueStoreException failure) =>
        failure.Status is null or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError || KeyValueStoreErrorCode.IsThrottling(failure.Code);

    private static TOutput Read<TOutput>(string operation, byte[] content, JsonTypeInfo<TOutput> type)
        where TOutput : class
    {
        try
        {
            return JsonSerializer.Deserialize(content, type) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            // Its own words may quote what could not be read.
            throw new KeyValueStoreException(operation, "was answered with JSON that is not the operation's.");
        }
    }

    private static KeyValueStoreState StateOf(string operation, StoreDescription description, string? etag) =>
        new(etag ?? throw new KeyValueStoreException(operation, "was answered without an ETag."), description.ItemCount, description.TotalSizeInBytes);

    // AWS's ETags have no quotation marks, so the typed header does not show them.
    private static string? HeaderOf(HttpResponseMessage response, string name) => response.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}
