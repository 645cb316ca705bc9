using System.Text;
using System.Text.Json;
using Portcullis.Keys;
using Portcullis.Tokens;

namespace Portcullis.Edge.Conformance;

/// <summary>What Core makes of a case: the verifier, then the revocations, with the store's failures around them.</summary>
internal static class CoreJudge
{
    public static EdgeVerdict Judge(EdgeCase edgeCase)
    {
        var rejection = Decide(edgeCase);
        return new EdgeVerdict(edgeCase.Id, rejection.Status(), rejection.PublicReason());
    }

    private static TokenRejection Decide(EdgeCase edgeCase)
    {
        var (path, query) = (Encoding.Latin1.GetBytes(edgeCase.Uri), Encoding.Latin1.GetBytes(edgeCase.Query));
        var form = TokenSegment.TryCut(path, query, out var cut);
        if (form != TokenRejection.None)
            return form;
        if (edgeCase.Fail.Contains("k:") && KeyIdOf(cut.Header) is not null)
            return TokenRejection.Store;
        var held = new KeySet(null, KeyStore.Live.Keys.Where(key => edgeCase.Store.ContainsKey($"k:{key.KeyId}")));
        var verdict = TokenVerifier.Verify(path, query, new CaseViewer(edgeCase), held, edgeCase.Now);
        return verdict.IsAccepted && verdict.Sid is { Length: > 0 } sid ? CheckRevocations(edgeCase, sid, KeyIdOf(cut.Header)!) : verdict.Rejection;
    }

    private static TokenRejection CheckRevocations(EdgeCase edgeCase, string sid, string keyId)
    {
        var refuseUnread = keyId == KeyStore.Strict.KeyId;
        var tag = SessionId.AccountTagOf(sid).ToString();
        foreach (var (prefix, subject) in (ReadOnlySpan<(string, string)>)[("s:", sid), ("a:", tag)])
        {
            if (subject.Length == 0)
                continue;
            if (edgeCase.Fail.Contains(prefix))
            {
                if (refuseUnread)
                    return TokenRejection.Store;
            }
            else if (edgeCase.Store.TryGetValue(prefix + subject, out var until) && edgeCase.Now < long.Parse(until, System.Globalization.CultureInfo.InvariantCulture))
            {
                return TokenRejection.Revoked;
            }
        }
        return TokenRejection.None;
    }

    /// <summary>The key id of a header that has the right form; null otherwise: then no key is read.</summary>
    private static string? KeyIdOf(ReadOnlySpan<byte> header)
    {
        Span<byte> json = stackalloc byte[4096];
        if (System.Buffers.Text.Base64Url.DecodeFromUtf8(header, json, out _, out var length) != System.Buffers.OperationStatus.Done)
            return null;
        try
        {
            using var document = JsonDocument.Parse(Encoding.UTF8.GetString(json[..length]));
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && root.EnumerateObject().Count() == 3
                && root.TryGetProperty("alg", out var alg) && alg.ValueKind == JsonValueKind.String && alg.GetString() == "HS256"
                && root.TryGetProperty("typ", out var typ) && typ.ValueKind == JsonValueKind.String && typ.GetString() == "JWT"
                && root.TryGetProperty("kid", out var kid) && kid.ValueKind == JsonValueKind.String && SessionId.IsValid(kid.GetString())
                ? kid.GetString()
                : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
