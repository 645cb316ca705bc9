using System.Globalization;
using System.Text;
using System.Text.Json;
using Amazon.Runtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portcullis.Aws.KeyValueStore;
using Portcullis.Aws.Tests.Servers;

namespace Portcullis.Aws.Tests.KeyValueStore;

/// <summary>
/// The data plane of a CloudFront KeyValueStore, as strict as AWS: signature, clock, ETag, 50 keys and 3 MB a call, sizes of keys, values and
/// store, all or nothing.
/// </summary>
internal sealed class StrictKeyValueStore : IAsyncDisposable
{
    public const string Arn = "arn:aws:cloudfront::111122223333:key-value-store/8aa76c93-3198-462c-aaf6-69f1a8f21cb1";

    private const int MaxKeys = 50, MaxCallBytes = 3_000_000, MaxKeyBytes = 512, MaxValueBytes = 1_024, MaxBytes = 5_000_000, MaxPage = 50;

    private static readonly string Address = $"/key-value-stores/{Uri.EscapeDataString(Arn)}";

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, string> _content = new(StringComparer.Ordinal);
    private readonly WebApplication _app;
    private readonly TimeProvider _time;
    private KeyValuePair<string, string>[]? _sorted;
    private int _version;
    private long _bytes;

    private StrictKeyValueStore(WebApplication app, TimeProvider time)
    {
        _app = app;
        _time = time;
        Verifier = new SignatureVerifier("cloudfront-keyvaluestore", time);
        Verifier.Admit("test", "test");
    }

    public Uri Url => new(_app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());

    public SignatureVerifier Verifier { get; }

    /// <summary>Calls that were admitted, by operation.</summary>
    public int Describes, Lists, Updates;

    /// <summary>Calls that are being answered, also those whose caller has gone.</summary>
    public int Busy;

    /// <summary>Calls that were refused, by error code.</summary>
    public List<string> Refusals { get; } = [];

    /// <summary>Called in each UpdateKeys before it is looked at, with its number from 1.</summary>
    public Action<int>? Updating { get; set; }

    /// <summary>The entries now.</summary>
    public Dictionary<string, string> Content
    {
        get
        {
            lock (_lock)
                return new(_content);
        }
    }

    public bool Holds(string key)
    {
        lock (_lock)
            return _content.ContainsKey(key);
    }

    public static async Task<StrictKeyValueStore> StartAsync(TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var store = new StrictKeyValueStore(app, time);
        app.Run(store.AnswerAsync);
        await app.StartAsync();
        return store;
    }

    public AwsConnection Connection(Uri? proxy = null) => AwsServers.ConnectTo(proxy ?? Url) with { Timeout = TimeSpan.FromSeconds(30) };

    public KeyValueStoreClient Connect(TimeProvider time, Uri? proxy = null, AWSCredentials? credentials = null) =>
        new(new KeyValueStoreArn(Arn), credentials is null ? Connection(proxy) : Connection(proxy) with { Credentials = credentials }, time);

    /// <summary>Writes as another writer would, past all checks.</summary>
    public void Put(string key, string? value)
    {
        lock (_lock)
        {
            if (value is null)
                _content.Remove(key);
            else
                _content[key] = value;
            _bytes = _content.Sum(entry => BytesOf(entry.Key) + BytesOf(entry.Value));
            Changed();
        }
    }

    /// <summary>Changes an entry without a new version, which AWS never does: only a listing shows it.</summary>
    public void Corrupt(string key, string value)
    {
        lock (_lock)
        {
            _content[key] = value;
            _sorted = null;
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static int BytesOf(string text) => Encoding.UTF8.GetByteCount(text);

    private void Changed()
    {
        _version++;
        _sorted = null;
    }

    private string ETag => $"E{_version.ToString("X13", CultureInfo.InvariantCulture)}";

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref Busy);
        try
        {
            await AnswerCallAsync(context);
        }
        finally
        {
            Interlocked.Decrement(ref Busy);
        }
    }

    private async Task AnswerCallAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        var body = buffer.ToArray();
        context.Response.Headers.Date = _time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
        context.Response.Headers["x-amzn-RequestId"] = "0f1e2d3c";
        var (status, answer) = Answer(context, body);
        if (status != 200)
        {
            lock (_lock)
                Refusals.Add(answer);
            context.Response.Headers["x-amzn-ErrorType"] = $"{answer}:http://internal.amazon.com/coral/com.amazonaws/";
            // AWS's messages quote what they are about; none of it may show up in ours.
            answer = JsonSerializer.Serialize(new { Message = $"Value at {Encoding.UTF8.GetString(body)} with {context.Request.Headers.Authorization} is refused." });
        }
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer);
    }

    private (int Status, string Answer) Answer(HttpContext context, byte[] body)
    {
        if (Verifier.Judge(context, body) is { } refusal)
            return (403, refusal);
        var path = FaultProxy.TargetOf(context).Split('?')[0];
        return (context.Request.Method, path == Address, path == $"{Address}/keys") switch
        {
            ("GET", true, _) => Describe(context),
            ("GET", _, true) => List(context),
            ("POST", _, true) => Update(context, body),
            _ => (404, "ResourceNotFoundException"),
        };
    }

    private (int Status, string Answer) Describe(HttpContext context)
    {
        Interlocked.Increment(ref Describes);
        lock (_lock)
            return Done(context, new { ItemCount = _content.Count, TotalSizeInBytes = _bytes, KvsARN = Arn, Created = 1.7e9, Status = "READY" });
    }

    private (int Status, string Answer) List(HttpContext context)
    {
        var most = int.Parse(context.Request.Query["MaxResults"].FirstOrDefault() ?? "10", CultureInfo.InvariantCulture);
        if (most is < 1 or > MaxPage)
            return (400, "ValidationException");
        Interlocked.Increment(ref Lists);
        var after = context.Request.Query["NextToken"].FirstOrDefault() is { } token ? Encoding.UTF8.GetString(Convert.FromBase64String(token)) : null;
        lock (_lock)
        {
            _sorted ??= [.. _content];
            var from = after is null ? 0 : Array.BinarySearch(_sorted, new(after, ""), Comparer<KeyValuePair<string, string>>.Create((one, other) => string.CompareOrdinal(one.Key, other.Key)));
            var page = _sorted.Skip(from < 0 ? ~from : after is null ? 0 : from + 1).Take(most + 1).Select(entry => new { entry.Key, entry.Value }).ToList();
            var next = page.Count > most ? Convert.ToBase64String(Encoding.UTF8.GetBytes(page[most - 1].Key)) : null;
            return (200, JsonSerializer.Serialize(new { Items = page.Take(most), NextToken = next }));
        }
    }

    private (int Status, string Answer) Update(HttpContext context, byte[] body)
    {
        var number = Interlocked.Increment(ref Updates);
        Updating?.Invoke(number);
        using var document = JsonDocument.Parse(body);
        var puts = Items(document.RootElement, "Puts").Select(item => (Key: item.GetProperty("Key").GetString()!, Value: item.GetProperty("Value").GetString()!)).ToList();
        var deletes = Items(document.RootElement, "Deletes").Select(item => item.GetProperty("Key").GetString()!).ToList();
        var keys = puts.Select(put => put.Key).Concat(deletes).ToList();
        if (keys.Count is 0 or > MaxKeys || body.Length > MaxCallBytes || keys.Distinct().Count() != keys.Count
            || keys.Any(key => BytesOf(key) is 0 or > MaxKeyBytes) || puts.Any(put => BytesOf(put.Value) > MaxValueBytes))
            return (400, "ValidationException");
        lock (_lock)
        {
            if (context.Request.Headers.IfMatch != ETag)
                return (409, "ConflictException");
            if (deletes.Any(key => !_content.ContainsKey(key)))
                return (404, "ResourceNotFoundException");
            var bytes = _bytes;
            foreach (var key in keys)
                bytes -= _content.TryGetValue(key, out var value) ? BytesOf(key) + BytesOf(value) : 0;
            bytes += puts.Sum(put => BytesOf(put.Key) + BytesOf(put.Value));
            if (bytes > MaxBytes)
                return (402, "ServiceQuotaExceededException");
            foreach (var key in deletes)
                _content.Remove(key);
            foreach (var (key, value) in puts)
                _content[key] = value;
            _bytes = bytes;
            Changed();
            return Done(context, new { ItemCount = _content.Count, TotalSizeInBytes = _bytes });
        }
    }

    private static IEnumerable<JsonElement> Items(JsonElement input, string name) => input.TryGetProperty(name, out var items) ? items.EnumerateArray() : [];

    private (int Status, string Answer) Done(HttpContext context, object answer)
    {
        context.Response.Headers.ETag = ETag;
        return (200, JsonSerializer.Serialize(answer));
    }
}
