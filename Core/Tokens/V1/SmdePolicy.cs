using System.Text.Json.Serialization;

namespace Portcullis.Tokens.V1;

/// <summary>SMDE's <c>token_policy</c>: what the v1 tokens of an asset admit, and which viewer attributes they are bound to.</summary>
/// <remarks>
/// Names follow SMDE's fields, in JSON too. <see cref="SmdePolicyJson"/> reads what SMDE itself writes, which is less strict.
/// </remarks>
public sealed record SmdePolicy
{
    /// <value><c>paths</c>: prefixes of the raw request path that are admitted. <c>/video/1</c> also admits <c>/video/10</c>.</value>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <value><c>exc</c>: prefixes of the raw request path on which only signature and times are checked.</value>
    public IReadOnlyList<string> Exc { get; init; } = [];

    /// <value><c>exp</c>: lifetime <c>+Nh</c> or <c>+Nm</c> from the mint, or an epoch in seconds. Default <c>+24h</c>.</value>
    public string Exp { get; init; } = "+24h";

    /// <value><c>nbf</c>: epoch seconds before which the token is not valid; null for none.</value>
    public long? Nbf { get; init; }

    /// <value><c>ssn</c>: the token carries a session id and is bound to it. Without it, nothing can be revoked.</value>
    public bool Ssn { get; init; }

    /// <value><c>session_auto_generate</c>: characters of a drawn session id; 12 unless more than 6.</value>
    [JsonPropertyName("session_auto_generate")]
    public int SessionAutoGenerate { get; init; }

    /// <value><c>ip</c>: bind the viewer's address.</value>
    public bool Ip { get; init; }

    /// <value><c>co</c>: bind the viewer's country.</value>
    public bool Co { get; init; }

    /// <value><c>co_fallback</c>: a request without a country skips every viewer check, the session's included.</value>
    [JsonPropertyName("co_fallback")]
    public bool CoFallback { get; init; }

    /// <value><c>reg</c>: bind the viewer's region.</value>
    public bool Reg { get; init; }

    /// <value><c>reg_fallback</c>: a request without a region skips every viewer check, the session's included.</value>
    [JsonPropertyName("reg_fallback")]
    public bool RegFallback { get; init; }

    /// <value><c>cty</c>: the claim is written; SMDE's edge never verifies the city, so the token is not bound to it.</value>
    public bool Cty { get; init; }

    /// <value><c>cty_fallback</c>: mint also for a viewer without a city.</value>
    [JsonPropertyName("cty_fallback")]
    public bool CtyFallback { get; init; }

    /// <value><c>headers</c>: names of bound request headers. SMDE looks them up in lower case and skips those that are absent.</value>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <value><c>querystrings</c>: names of bound query parameters; absent ones are skipped.</value>
    public IReadOnlyList<string> Querystrings { get; init; } = [];
}
