namespace Portcullis.Api.Tests.Service;

/// <summary>One service for all test classes that do not change what others rely on.</summary>
public sealed class SharedService : IAsyncLifetime
{
    public RunningService Service { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Service = await RunningService.StartAsync();
        await Eventually.TrueAsync(async () => (await Service.Anonymous.GetAsync("/health/ready")).IsSuccessStatusCode, "the service is ready");
    }

    public async Task DisposeAsync() => await Service.DisposeAsync();
}

[CollectionDefinition(Name)]
public sealed class ServiceTests : ICollectionFixture<SharedService>
{
    public const string Name = "service";
}
