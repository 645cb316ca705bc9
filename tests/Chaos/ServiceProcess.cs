using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Reflection;
using System.Text.Json;

namespace Portcullis.Chaos;

/// <summary>The real service as a process on its own data folder and ports, to be killed and started again.</summary>
/// <param name="settings">Further settings, as environment variables.</param>
internal sealed class ServiceProcess(params (string Name, string Value)[] settings) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Uri _api = new($"http://127.0.0.1:{FreePort()}");
    private readonly Uri _edge = new($"http://127.0.0.1:{FreePort()}");
    private readonly string _data = Directory.CreateTempSubdirectory("portcullis-chaos-").FullName;
    private Process? _process;
    private HttpClient? _client;

    public Uri Api => _api;

    public string DataFolder => _data;

    public string StreamFolder => Path.Combine(_data, "stream");

    /// <summary>Starts the service and waits until it is ready.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("dotnet", [PathOf("Api")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("PORTCULLIS_DATA", _data), ("Api__Url", _api.ToString()), ("Edge__Url", _edge.ToString()), ("Edge__TrustViewerHeaders", "true"), ("ASPNETCORE_ENVIRONMENT", "Production"), .. settings])
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        var output = _process.StandardOutput.ReadToEndAsync();
        var error = _process.StandardError.ReadToEndAsync();
        using var probe = new HttpClient { BaseAddress = _api };
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Patience; await Task.Delay(50))
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"The service ended: {await output}{await error}");
            try
            {
                using var ready = await probe.GetAsync("/health/ready");
                if (!ready.IsSuccessStatusCode)
                    continue;
                _client?.Dispose();
                _client = new HttpClient { BaseAddress = _api };
                _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(Path.Combine(_data, "admin.key"))).Trim());
                return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
        }
        throw new TimeoutException("The service was not ready in time.");
    }

    /// <summary>Starts the service and kills it, be it ready by then or not.</summary>
    /// <param name="until">Completes when it is to be killed.</param>
    public async Task StartAndKillAsync(Func<Task> until)
    {
        var starting = StartAsync();
        await until();
        // What has ended by itself tells why.
        if (_process!.HasExited)
            await starting;
        Kill();
        try
        {
            await starting;
        }
        catch (InvalidOperationException)
        {
            // It was not ready yet.
        }
    }

    /// <summary>SIGKILL: nothing is flushed, closed or said good-bye to.</summary>
    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
    }

    /// <summary>Empties the data folder of a service that does not run: another machine goes on.</summary>
    public void LoseDisk()
    {
        Directory.Delete(_data, recursive: true);
        Directory.CreateDirectory(_data);
    }

    /// <summary>Kills the service in the middle of some work, lets the work end, and starts the service again.</summary>
    /// <param name="random">Draws the moment: 100 to 1,500 ms from the start.</param>
    /// <param name="work">Starts the work; it ends when a request is not answered, or when it is cancelled.</param>
    public async Task KillDuringAsync(Random random, Func<CancellationToken, IEnumerable<Task>> work)
    {
        using var working = new CancellationTokenSource();
        var running = work(working.Token).ToList();
        await Task.Delay(random.Next(100, 1_500), CancellationToken.None);
        Kill();
        await working.CancelAsync();
        await Task.WhenAll(running);
        await StartAsync();
    }

    public async Task<JsonElement> GetAsync(string path) => (await SendAsync(HttpMethod.Get, path)).Answer;

    /// <exception cref="HttpRequestException">There was no answer.</exception>
    /// <exception cref="InvalidOperationException">The request was refused.</exception>
    public async Task<JsonElement> PostAsync(string path, object body)
    {
        var (status, answer) = await SendAsync(HttpMethod.Post, path, body);
        return status is >= 200 and < 300 ? answer : throw new InvalidOperationException($"{path}: {status} {answer}");
    }

    /// <summary>Asks for whatever is answered.</summary>
    /// <exception cref="HttpRequestException">There was no answer.</exception>
    public async Task<(int Status, JsonElement Answer)> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(JsonSerializer.Serialize(body), System.Text.Encoding.UTF8, "application/json") };
        using var response = await _client!.SendAsync(request);
        return ((int)response.StatusCode, JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync()));
    }

    /// <summary>Asks this service's edge for a playback URL, whichever service's edge it names; gives the status.</summary>
    public async Task<int> PlayAsync(string playbackUrl)
    {
        using var response = await _client!.GetAsync(new Uri(_edge, new Uri(playbackUrl).PathAndQuery));
        return (int)response.StatusCode;
    }

    /// <summary>Runs the command line against the service; gives its exit code and output.</summary>
    public async Task<(int ExitCode, string Output)> CliAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [PathOf("Cli"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PORTCULLIS_DATA"] = _data;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await error);
    }

    public void Dispose()
    {
        if (_process is { HasExited: false })
            Kill();
        _process?.Dispose();
        _client?.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private static string PathOf(string project) =>
        Path.GetFullPath(typeof(ServiceProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == project).Value!);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
