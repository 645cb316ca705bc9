using System.Text;
using System.Text.Json;

namespace Portcullis.Cli.Service;

/// <summary>The members of an <c>application/problem+json</c> answer (RFC 9457) that an operator needs.</summary>
/// <param name="Title">What kind of problem it is.</param>
/// <param name="Detail">What it is this time.</param>
/// <param name="Errors">Messages by field.</param>
internal sealed record Problem(string? Title, string? Detail, IReadOnlyDictionary<string, string[]>? Errors)
{
    /// <summary>The failure that a refused call ends in.</summary>
    /// <param name="status">HTTP status of the answer.</param>
    /// <param name="body">Its body, of any type.</param>
    /// <param name="origin">Scheme, host and port of the service.</param>
    public static ServiceFailure Explain(int status, string body, string origin)
    {
        var text = new StringBuilder();
        text.Append(status switch
        {
            401 => $"{origin} does not accept this API key (401): it is missing, wrong or withdrawn; check --api-key-file",
            403 => $"this API key may not do that (403): its role is too low; use an operator's or admin's key",
            _ => $"{origin} answered {status}",
        });
        var problem = Parse(body);
        foreach (var part in new[] { problem?.Title, problem?.Detail }.Where(static part => !string.IsNullOrWhiteSpace(part)))
        {
            text.Append(": ").Append(part);
        }

        foreach (var (field, messages) in problem?.Errors ?? new Dictionary<string, string[]>())
        {
            text.Append("\n  ").Append(field).Append(": ").AppendJoin(' ', messages);
        }

        return new ServiceFailure(text.ToString(), status);
    }

    private static Problem? Parse(string body)
    {
        try
        {
            return JsonSerializer.Deserialize<Problem>(body, JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
