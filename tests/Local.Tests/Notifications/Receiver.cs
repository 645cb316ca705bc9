using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Portcullis.Local.Tests.Notifications;

/// <summary>A receiver of webhooks on 127.0.0.1: keeps what it is sent, and answers as a test wants.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Receiver(WebApplication app, int port)
    {
        _app = app;
        Port = port;
    }

    public int Port { get; }

    public Uri Url => new($"http://127.0.0.1:{Port}/hooks?key=receivers-own-secret");

    /// <summary>What it answers; 204 unless set.</summary>
    public Func<Post, HttpContext, Task> Answer { get; set; } = Status(204);

    public ConcurrentQueue<Post> Posts { get; } = new();

    /// <summary>The ids of all notifications it took, in order.</summary>
    public IReadOnlyList<string> Ids => [.. Posts.Where(post => post.Answered is >= 200 and < 300).SelectMany(post => post.Events).Select(one => one.GetProperty("id").GetString()!)];

    public IReadOnlyList<string> Types => [.. Posts.Where(post => post.Answered is >= 200 and < 300).SelectMany(post => post.Events).Select(one => one.GetProperty("type").GetString()!)];

    public static Func<Post, HttpContext, Task> Status(int status) => (_, context) =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    /// <param name="port">The port of a receiver that went away, or 0.</param>
    public static async Task<Receiver> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var app = builder.Build();
        Receiver? receiver = null;
        app.Run(context => receiver!.TakeAsync(context));
        await app.StartAsync();
        receiver = new Receiver(app, new Uri(app.Urls.Single()).Port);
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(0);
        await _app.StopAsync(now.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        await _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = context.Request.Headers;
        var post = new Post(
            context.Request.Path + context.Request.QueryString, headers["Portcullis-Delivery"].ToString(), int.Parse(headers["Portcullis-Attempt"].ToString(), CultureInfo.InvariantCulture),
            headers["Portcullis-Signature"].ToString(), headers.ContentType.ToString(), body.ToArray());
        Posts.Enqueue(post);
        await Answer(post, context);
        post.Answered = context.Response.StatusCode;
    }
}

/// <summary>What a receiver was sent.</summary>
internal sealed record Post(string Path, string Delivery, int Attempt, string Signature, string ContentType, byte[] Body)
{
    private readonly JsonElement _json = JsonSerializer.Deserialize<JsonElement>(Body);

    /// <summary>The status it was answered with; 0 while it was not.</summary>
    public int Answered { get; set; }

    public JsonElement Json => _json;

    public IEnumerable<JsonElement> Events => _json.GetProperty("events").EnumerateArray();

    public DateTimeOffset SignedAt => DateTimeOffset.FromUnixTimeSeconds(long.Parse(Signature.Split(',')[0][2..], CultureInfo.InvariantCulture));
}
