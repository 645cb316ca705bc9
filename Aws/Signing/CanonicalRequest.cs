using System.Security.Cryptography;
using System.Text;

namespace Portcullis.Aws.Signing;

/// <summary>The one text that a request has for signer and verifier, however it was written (AWS: Signature Version 4, canonical request).</summary>
/// <param name="Text">The text.</param>
/// <param name="SignedHeaders">The names of its headers: lower case, sorted, joined by semicolons.</param>
internal sealed record CanonicalRequest(string Text, string SignedHeaders)
{
    /// <summary>Writes the text of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="bodyHash">SHA-256 of its body, lower-case hex.</param>
    /// <param name="normalizesPath">Whether empty and dot segments are resolved first, as every service but S3 does.</param>
    public static CanonicalRequest Of(SignableRequest request, string bodyHash, bool normalizesPath = true)
    {
        var headers = request.Headers
            .GroupBy(header => header.Key.ToLowerInvariant(), header => OneLine(header.Value), StringComparer.Ordinal)
            .OrderBy(header => header.Key, StringComparer.Ordinal)
            .ToList();
        var names = string.Join(';', headers.Select(header => header.Key));
        var text = new StringBuilder(512)
            .Append(request.Method).Append('\n')
            .Append(Encode(normalizesPath ? Normalize(request.Path) : request.Path, keepsSlashes: true)).Append('\n')
            .Append(QueryOf(request.Query)).Append('\n');
        foreach (var header in headers)
            text.Append(header.Key).Append(':').AppendJoin(',', header).Append('\n');
        text.Append('\n').Append(names).Append('\n').Append(bodyHash);
        return new CanonicalRequest(text.ToString(), names);
    }

    /// <summary>Shows names only: a session token may be among the headers.</summary>
    public override string ToString() => SignedHeaders;

    /// <summary>SHA-256 as lower-case hex.</summary>
    public static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>What is percent-encoded in the path already is encoded once more: that, too, holds for every service but S3.</summary>
    private static string Encode(string text, bool keepsSlashes)
    {
        var escaped = Uri.EscapeDataString(text);
        return keepsSlashes ? escaped.Replace("%2F", "/", StringComparison.Ordinal) : escaped;
    }

    private static string Normalize(string path)
    {
        var segments = new List<string>();
        foreach (var segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (segment is ".." && segments.Count > 0)
                segments.RemoveAt(segments.Count - 1);
            else if (segment is not ("." or ".."))
                segments.Add(segment);
        }
        return segments.Count == 0 ? "/" : $"/{string.Join('/', segments)}{(path.EndsWith('/') ? "/" : "")}";
    }

    private static string QueryOf(string query) => string.Join('&', query
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(parameter => parameter.Split('=', 2))
        .Select(parts => (Name: Recode(parts[0]), Value: parts.Length > 1 ? Recode(parts[1]) : ""))
        .OrderBy(parameter => parameter.Name, StringComparer.Ordinal)
        .ThenBy(parameter => parameter.Value, StringComparer.Ordinal)
        .Select(parameter => $"{parameter.Name}={parameter.Value}"));

    private static string Recode(string text) => Encode(Uri.UnescapeDataString(text), keepsSlashes: false);

    private static string OneLine(string value) => string.Join(' ', value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
