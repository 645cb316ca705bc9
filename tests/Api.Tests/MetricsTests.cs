using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Portcullis.Api.Tests.Service;
using Portcullis.Metrics;

namespace Portcullis.Api.Tests;

public sealed class MetricsTests
{
    /// <summary>Instruments whose first measurement a test would have to wait minutes for.</summary>
    private static readonly string[] OnceMeasured = ["portcullis.decision.duration", "portcullis.enforcement.failures"];

    [Fact]
    public async Task Export_ReceiverNamed_SendsEveryInstrumentAndNoSecret()
    {
        var received = new ConcurrentQueue<string>();
        await using var receiver = await ReceiveAsync(received);
        await using var service = await RunningService.StartAsync(
            null, $"--OTEL_EXPORTER_OTLP_ENDPOINT={receiver.Urls.Single()}", "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "--OTEL_METRIC_EXPORT_INTERVAL=200");
        var ticket = await service.MintAsync();
        using var player = new Player(ticket.PlaybackUrl);
        await player.OpenAsync();
        await service.RevokeAsync(new { sid = ticket.Sid, reason = "test" });

        await Eventually.TrueAsync(() => Task.FromResult(Names().Except(OnceMeasured).All(name => received.Any(body => body.Contains(name, StringComparison.Ordinal)))), "all instruments arrive");

        var everything = string.Concat(received);
        Assert.Contains("local-edge", everything, StringComparison.Ordinal);
        Assert.DoesNotContain(ticket.Sid, everything, StringComparison.Ordinal);
        Assert.DoesNotContain(service.AdminKey, everything, StringComparison.Ordinal);
    }

    [Fact]
    public void Documentation_EveryInstrument_IsListed()
    {
        var root = typeof(MetricsTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == "Root").Value!;
        var page = File.ReadAllText(Path.Combine(root, "docs", "operations.md"));

        Assert.All(Names(), name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
        // What the page lists and nobody measures any more would be waited for in vain.
        Assert.All(System.Text.RegularExpressions.Regex.Matches(page, "`(portcullis\\.[a-z_.]+)`").Select(match => match.Groups[1].Value), name => Assert.Contains(name, Names()));
    }

    /// <summary>The names of all instruments there are, those of a running installation included.</summary>
    private static HashSet<string> Names()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        using var listener = new MeterListener 
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == Instruments.MeterName)
                    names.Add(instrument.Name);
            },
        };
        using var meter = new InstallationMeter(null!, TimeProvider.System);
        System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(Instruments).TypeHandle);
        listener.Start();
        return names;
    }

    private static async Task<WebApplication> ReceiveAsync(ConcurrentQueue<string> received)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            // Protobuf keeps texts as they are.
            received.Enqueue($"{context.Request.Path} {Encoding.Latin1.GetString(body.ToArray())}");
            context.Response.StatusCode = StatusCodes.Status200OK;
        });
        await app.StartAsync();
        return app;
    }
}
