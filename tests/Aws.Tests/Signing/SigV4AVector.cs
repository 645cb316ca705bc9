using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Amazon.Runtime;
using Portcullis.Aws.Signing;

namespace Portcullis.Aws.Tests.Signing;

/// <summary>A case of AWS's own test suite for SigV4A (awslabs/aws-c-auth, Apache-2.0), as it is gathered in <c>sigv4a-vectors.json</c>.</summary>
internal sealed class SigV4AVector
{
    private const string Absent = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private static readonly Lazy<Dictionary<string, JsonElement>> Cases = new(() =>
    {
        var path = typeof(SigV4AVector).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == "Root").Value + "tests/samples/sigv4a-vectors.json";
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone().EnumerateArray().ToDictionary(item => item.GetProperty("case").GetString()!);
    });

    public SigV4AVector(string name)
    {
        var item = Cases.Value[name];
        var context = item.GetProperty("context");
        At = DateTimeOffset.Parse(context.GetProperty("timestamp").GetString()!, CultureInfo.InvariantCulture);
        var credentials = context.GetProperty("credentials");
        Credentials = new ImmutableCredentials(
            credentials.GetProperty("access_key_id").GetString(), credentials.GetProperty("secret_access_key").GetString(),
            credentials.TryGetProperty("token", out var token) ? token.GetString() : null);
        Signer = new SigV4ASigner(context.GetProperty("service").GetString()!, context.GetProperty("region").GetString()!)
        {
            NormalizesPath = context.GetProperty("normalize").GetBoolean(),
            SendsBodyHash = context.GetProperty("sign_body").GetBoolean(),
            SignsSessionToken = !context.TryGetProperty("omit_session_token", out var omitted) || !omitted.GetBoolean(),
        };
        Request = Parse(item.GetProperty("request").GetString()!);
        Item = item;
    }

    public static IReadOnlyCollection<string> Names => Cases.Value.Keys;

    public DateTimeOffset At { get; }

    public ImmutableCredentials Credentials { get; }

    public SigV4ASigner Signer { get; }

    public SignableRequest Request { get; }

    /// <summary>Null for the two cases that the suite gives as a request only.</summary>
    public string? CanonicalRequest => Text("header-canonical-request");

    public string? StringToSign => Text("header-string-to-sign");

    /// <summary>A signature that AWS's own implementation made.</summary>
    public string? Signature => Text("header-signature");

    public string? AuthorizationWithoutSignature => Text("header-signed-request") is { } request
        ? request.Split('\n').Single(line => line.StartsWith("Authorization:", StringComparison.Ordinal))["Authorization:".Length..].Split("Signature=")[0]
        : null;

    public (string X, string Y)? PublicKey => Item.TryGetProperty("public-key", out var key) ? (key.GetProperty("X").GetString()!, key.GetProperty("Y").GetString()!) : null;

    private JsonElement Item { get; }

    /// <summary>What the canonical request of a request with only a query is by AWS's description.</summary>
    public static string WithQuery(string query) =>
        $"GET\n/\n{query}\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\nx-amz-region-set:us-east-1\n\nhost;x-amz-date;x-amz-region-set\n{Absent}";

    private string? Text(string name) => Item.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static SignableRequest Parse(string text)
    {
        var parts = text.Split("\n\n", 2);
        var lines = parts[0].TrimEnd('\n').Split('\n');
        // "GET /example space/ HTTP/1.1": the target may hold spaces.
        var method = lines[0][..lines[0].IndexOf(' ', StringComparison.Ordinal)];
        var target = lines[0][(method.Length + 1)..lines[0].LastIndexOf(' ')].Split('?', 2);
        var headers = new List<KeyValuePair<string, string>>();
        foreach (var line in lines.Skip(1))
        {
            if (line[0] == ' ')
            {
                headers[^1] = new(headers[^1].Key, headers[^1].Value + "\n" + line);
                continue;
            }
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers.Add(new(line[..colon], line[(colon + 1)..]));
        }
        return new SignableRequest(method, target[0], target.Length > 1 ? target[1] : "", headers, Encoding.UTF8.GetBytes(parts.Length > 1 ? parts[1] : ""));
    }
}
