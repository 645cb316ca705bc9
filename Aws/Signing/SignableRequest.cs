namespace Portcullis.Aws.Signing;

/// <summary>What of a request is signed.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path as it is sent, from the first slash.</param>
/// <param name="Query">The query as it is sent, without its question mark; empty for none.</param>
/// <param name="Headers">The headers to sign, the host among them; a name may occur more than once.</param>
/// <param name="Body">The body; empty for none.</param>
internal sealed record SignableRequest(string Method, string Path, string Query, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>The same with further headers.</summary>
    public SignableRequest With(IEnumerable<KeyValuePair<string, string>> headers) => this with { Headers = [.. Headers, .. headers] };
}
