using System.Net;
using System.Text.Json;

namespace Portcullis.Api.Tests.Service;

/// <summary>A refusal as problem details.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Type">The stable type, without its prefix.</param>
/// <param name="Detail">What is wrong, in words.</param>
/// <param name="Errors">Errors by field path.</param>
internal sealed record Refusal(HttpStatusCode Status, string Type, string Detail, IReadOnlyDictionary<string, string> Errors)
{
    private const string Prefix = "urn:portcullis:problem:";

    public int Code => (int)Status;

    /// <summary>Reads problem details, and checks what must hold for all of them.</summary>
    public static async Task<Refusal> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.Content.Headers.ContentType?.MediaType == "application/problem+json", $"{(int)response.StatusCode} {response.Content.Headers.ContentType}: {text}");
        var body = JsonSerializer.Deserialize<JsonElement>(text);
        Assert.Equal((int)response.StatusCode, body.GetProperty("status").GetInt32());
        Assert.StartsWith(Prefix, body.GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(body.GetProperty("title").GetString()!);
        var errors = body.TryGetProperty("errors", out var fields)
            ? fields.EnumerateObject().ToDictionary(field => field.Name, field => string.Join("; ", field.Value.EnumerateArray()))
            : [];
        return new Refusal(response.StatusCode, body.GetProperty("type").GetString()![Prefix.Length..], body.GetProperty("detail").GetString()!, errors);
    }
}
