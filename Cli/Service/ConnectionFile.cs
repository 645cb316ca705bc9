using System.Text.Json;

namespace Portcullis.Cli.Service;

/// <summary>What a running local service writes to <c>connection.json</c> in its data folder.</summary>
/// <param name="Api">Base URL of the API.</param>
/// <param name="Edge">Base URL of the local edge.</param>
/// <param name="KeyFile">Path of the file that holds the admin key.</param>
/// <param name="ProcessId">Process id of the service.</param>
internal sealed record ConnectionFile(Uri Api, Uri? Edge, string? KeyFile, int ProcessId)
{
    public const string FileName = "connection.json";

    /// <summary>The data folder: <c>PORTCULLIS_DATA</c>, or <c>portcullis</c> in the user's local application data.</summary>
    public static string DataFolder(Func<string, string?> environment) =>
        environment("PORTCULLIS_DATA") is { Length: > 0 } configured
            ? configured
            : Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
                "portcullis");

    /// <summary>Reads the file of a data folder; null when there is none.</summary>
    /// <exception cref="ServiceFailure">The file cannot be read or is not a connection file.</exception>
    public static ConnectionFile? Read(string dataFolder)
    {
        var path = Path.Combine(dataFolder, FileName);
        try
        {
            return JsonSerializer.Deserialize<ConnectionFile>(File.ReadAllBytes(path), JsonSerializerOptions.Web) is { Api.IsAbsoluteUri: true } file
                ? file
                : throw new ServiceFailure($"{path} names no absolute \"api\" URL; restart the service to have it written anew");
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException broken)
        {
            throw new ServiceFailure($"{path} is not a connection file ({broken.Message}); restart the service to have it written anew");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new ServiceFailure($"cannot read {path}: {unreadable.Message}");
        }
    }
}
