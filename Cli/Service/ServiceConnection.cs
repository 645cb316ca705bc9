namespace Portcullis.Cli.Service;

/// <summary>Where the service is and the key to it.</summary>
internal sealed class ServiceConnection
{
    private ServiceConnection(Uri api, string key) => (Api, Key) = (api, key);

    public Uri Api { get; }

    /// <summary>The API key: sent, never printed.</summary>
    public string Key { get; }

    /// <summary>Finds the service from the options, else from the connection file of the data folder.</summary>
    /// <param name="api">The <c>--api</c> option.</param>
    /// <param name="keyFile">The <c>--api-key-file</c> option.</param>
    /// <param name="dataFolder">Folder of <c>connection.json</c>.</param>
    /// <exception cref="ServiceFailure">No service or no key was found.</exception>
    public static ServiceConnection Discover(Uri? api, FileInfo? keyFile, string dataFolder)
    {
        var file = api is null || keyFile is null ? ConnectionFile.Read(dataFolder) : null;
        var address = api ?? file?.Api ?? throw new ServiceFailure(
            $"no {ConnectionFile.FileName} in {dataFolder}: no local service has run with this data folder; "
            + "start it with dotnet run --project Api, set PORTCULLIS_DATA to its folder, or give --api and --api-key-file");
        var path = keyFile?.FullName ?? KeyFileOf(file, address) ?? throw new ServiceFailure(
            $"no API key for {address.GetLeftPart(UriPartial.Authority)}: give --api-key-file");
        return new ServiceConnection(address, ReadKey(path));
    }

    // The local admin key is for the local service: it does not go to whatever --api names.
    private static string? KeyFileOf(ConnectionFile? file, Uri address) =>
        file is not null && Uri.Compare(file.Api, address, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0
            ? file.KeyFile
            : null;

    private static string ReadKey(string path)
    {
        try
        {
            var key = File.ReadAllText(path).Trim();
            return key.Length > 0 && key.All(static c => c is > ' ' and <= '~')
                ? key
                : throw new ServiceFailure($"{path} must hold one line with an API key");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new ServiceFailure($"cannot read the API key: {unreadable.Message}");
        }
    }
}
