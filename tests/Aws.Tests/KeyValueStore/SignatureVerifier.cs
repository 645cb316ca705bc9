using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Portcullis.Aws.Tests.Servers;

namespace Portcullis.Aws.Tests.KeyValueStore;

/// <summary>
/// Verifies SigV4A as a service would: from what was received alone, with a derivation of its own. Nothing here is shared with the product.
/// </summary>
internal sealed partial class SignatureVerifier(string service, TimeProvider time)
{
    private static readonly BigInteger Order = BigInteger.Parse("0ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private readonly Dictionary<string, (ECDsa Key, string? Token)> _keys = [];

    /// <summary>Admits an access key.</summary>
    public void Admit(string accessKeyId, string secret, string? token = null)
    {
        lock (_keys)
            _keys[accessKeyId] = (Derive(accessKeyId, secret), token);
    }

    /// <summary>No longer admits an access key.</summary>
    public void Dismiss(string accessKeyId)
    {
        lock (_keys)
            _keys.Remove(accessKeyId);
    }

    /// <summary>The error code for a request, or null when its signature is right.</summary>
    public string? Judge(HttpContext context, byte[] body)
    {
        var headers = context.Request.Headers;
        if (Form().Match(headers.Authorization.ToString()) is not { Success: true } match)
            return headers.Authorization.Count == 0 ? "MissingAuthenticationTokenException" : "IncompleteSignatureException";
        var (accessKeyId, scope, signedHeaders, signature) = (match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value, match.Groups[4].Value);
        (ECDsa Key, string? Token) known;
        lock (_keys)
        {
            if (!_keys.TryGetValue(accessKeyId, out known))
                return "UnrecognizedClientException";
        }
        var date = headers["X-Amz-Date"].ToString();
        if (!DateTimeOffset.TryParseExact(date, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            || scope != $"{date[..8]}/{service}/aws4_request")
            return "IncompleteSignatureException";
        // AWS says "Signature expired" or "not yet current" under the same code.
        if ((time.GetUtcNow() - at).Duration() > TimeSpan.FromMinutes(5))
            return "InvalidSignatureException";
        if (known.Token is not null && headers["X-Amz-Security-Token"] != known.Token)
            return "UnrecognizedClientException";
        var names = signedHeaders.Split(';');
        string[] needed = ["host", "x-amz-date", "x-amz-region-set", .. headers.Keys.Select(name => name.ToLowerInvariant()).Where(name => name.StartsWith("x-amz-", StringComparison.Ordinal) || name is "if-match" or "content-type")];
        if (!names.SequenceEqual(names.Order(StringComparer.Ordinal)) || needed.Except(names).Any() || headers["X-Amz-Region-Set"] != "*")
            return "InvalidSignatureException";
        var hash = Hash(body);
        if (headers.TryGetValue("X-Amz-Content-SHA256", out var claimed) && claimed != hash)
            return "InvalidSignatureException";
        var canonical = new StringBuilder($"{context.Request.Method}\n");
        var target = FaultProxy.TargetOf(context).Split('?', 2);
        canonical.Append(string.Join('/', target[0].Split('/').Select(Uri.EscapeDataString))).Append('\n');
        canonical.AppendJoin('&', (target.Length > 1 ? target[1].Split('&') : []).Order(StringComparer.Ordinal)).Append('\n');
        foreach (var name in names)
            canonical.Append(name).Append(':').AppendJoin(',', headers[name].Select(value => value!.Trim())).Append('\n');
        canonical.Append('\n').Append(signedHeaders).Append('\n').Append(hash);
        var text = $"AWS4-ECDSA-P256-SHA256\n{date}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(canonical.ToString()))}";
        lock (known.Key)
        {
            return known.Key.VerifyData(Encoding.UTF8.GetBytes(text), Convert.FromHexString(signature), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
                ? null
                : "InvalidSignatureException";
        }
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static ECDsa Derive(string accessKeyId, string secret)
    {
        for (var counter = 1; ; counter++)
        {
            var input = $"\0\0\0\u0001AWS4-ECDSA-P256-SHA256\0{accessKeyId}{(char)counter}\0\0\u0001\0";
            var candidate = new BigInteger(HMACSHA256.HashData(Encoding.UTF8.GetBytes($"AWS4A{secret}"), Encoding.Latin1.GetBytes(input)), isUnsigned: true, isBigEndian: true);
            if (candidate > Order - 2)
                continue;
            var scalar = (candidate + 1).ToByteArray(isUnsigned: true, isBigEndian: true);
            using var whole = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = [.. new byte[32 - scalar.Length], .. scalar] });
            return ECDsa.Create(whole.ExportParameters(includePrivateParameters: false));
        }
    }

    [GeneratedRegex("^AWS4-ECDSA-P256-SHA256 Credential=([A-Za-z0-9]+)/([^,]+), SignedHeaders=([a-z0-9;-]+), Signature=((?:[0-9a-f]{2})+)$")]
    private static partial Regex Form();
}
