using Portcullis.Engine;

namespace Portcullis.Api.Hosting;

/// <summary>The desks at which people decide about more than one session, or about what detectors may do.</summary>
internal static class LedgerDesks
{
    public static void AddLedgerDesks(this IServiceCollection services)
    {
        services.AddSingleton<HoldDesk>();
        services.AddSingleton<BulkDesk>();
        services.AddSingleton<SwitchDesk>();
    }
}
