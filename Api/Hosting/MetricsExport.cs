using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Portcullis.Engine;
using Portcullis.Metrics;

namespace Portcullis.Api.Hosting;

/// <summary>
/// Offers the metrics of the service, and sends them by OTLP where OpenTelemetry's own settings name a receiver: <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>
/// or <c>OTEL_EXPORTER_OTLP_METRICS_ENDPOINT</c>, with <c>OTEL_EXPORTER_OTLP_PROTOCOL</c>, <c>OTEL_EXPORTER_OTLP_HEADERS</c>,
/// <c>OTEL_METRIC_EXPORT_INTERVAL</c>, <c>OTEL_SERVICE_NAME</c> and <c>OTEL_RESOURCE_ATTRIBUTES</c>.
/// </summary>
internal sealed class MetricsExport : IDisposable
{
    private readonly InstallationMeter _meter;
    private readonly MeterProvider? _provider;

    public MetricsExport(IInstallation installation, IConfiguration configuration, TimeProvider time)
    {
        _meter = new InstallationMeter(installation, time);
        if (!IsWanted(configuration))
            return;
        _provider = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(configuration))
            .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService("portcullis").AddTelemetrySdk().AddEnvironmentVariableDetector())
            .AddMeter(Instruments.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime")
            .AddOtlpExporter()
            .Build();
    }

    public void Dispose()
    {
        // Sends what was measured last.
        _provider?.Dispose();
        _meter.Dispose();
    }

    private static bool IsWanted(IConfiguration configuration) =>
        configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 } || configuration["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"] is { Length: > 0 };
}
