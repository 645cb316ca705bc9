namespace Portcullis.Cli.Service.Contract;

/// <summary>The viewer a token is minted for.</summary>
internal sealed record TokenViewer(
    string Ip, string Country, string Region, string City, IReadOnlyDictionary<string, string> Headers, IReadOnlyDictionary<string, string> Query);
