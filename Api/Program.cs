using Portcullis.Api.Hosting;

try
{
    await using var host = await ServiceHost.StartAsync(args);
    Console.WriteLine($"""
        Portcullis is running.
          Console and API  {host.ApiUrl}
          Edge (players)   {host.EdgeUrl}
          Admin key        {host.AdminKeyFile}
        Press Ctrl-C to stop.
        """);
    await host.WaitForShutdownAsync();
    Console.WriteLine("Stopping.");
    return 0;
}
catch (InvalidOperationException error)
{
    Console.Error.WriteLine($"Portcullis cannot start: {error.Message}");
    return 1;
}
