namespace Portcullis.Enforcement.KeyValueStores;

/// <summary>What the edge function is told through the store, beside keys and revocations (docs/edge.md).</summary>
public sealed record KeyValueStoreSettings
{
    /// <summary>Whether <c>/&lt;sid&gt;/path</c> is served: only for distributions whose behaviours all demand signed URLs or cookies.</summary>
    public bool ServesSigned { get; init; }

    /// <summary>Whether a request whose revocation cannot be read is refused; otherwise it passes, and the log data says so.</summary>
    public bool RefusesUnchecked { get; init; }

    /// <summary>Longest lifetime of a v2 token in seconds; null for the function's own 86,400.</summary>
    public int? MaxTokenLifetime { get; init; }
}
