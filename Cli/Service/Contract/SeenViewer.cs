using System.Text.Json;

namespace Portcullis.Cli.Service.Contract;

/// <summary>A device that used a session.</summary>
/// <param name="Asn">A number or a text such as <c>AS64500</c>.</param>
internal sealed record SeenViewer(
    string? Address, string? UserAgent, string? Country, JsonElement Asn, DateTimeOffset? FirstSeen, DateTimeOffset? LastSeen, long Fetches)
{
    public string? AsnText => Asn.ValueKind is JsonValueKind.Number or JsonValueKind.String ? Asn.ToString() : null;
}
