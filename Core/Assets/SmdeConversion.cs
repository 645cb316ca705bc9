using Portcullis.Tokens;
using Portcullis.Tokens.V1;

namespace Portcullis.Assets;

/// <summary>Says in a v2 policy what SMDE's policy means, as far as v2 can say it.</summary>
internal static class SmdeConversion
{
    private const string Prefix = "token_policy.";
    private const int LongestSession = 604_800;

    /// <summary>Converts a policy. What has no counterpart is an error where leaving it out would admit more, else a note.</summary>
    /// <param name="v1">A policy that was read without errors.</param>
    /// <param name="now">Epoch seconds.</param>
    /// <param name="errors">Receives the errors.</param>
    /// <param name="notes">Receives the notes.</param>
    public static TokenPolicy ToV2(SmdePolicy v1, long now, List<FieldError> errors, List<FieldError> notes)
    {
        if (v1.Nbf > now)
            errors.Add(new(Prefix + "nbf", $"{v1.Nbf} lies in the future, and a v2 policy cannot say so; import it as v1 until then"));
        if (!v1.Ssn)
            notes.Add(new(Prefix + "ssn", "is false; v2 tokens name their session all the same"));
        if (v1.Cty)
            notes.Add(new(Prefix + "cty", "is verified from now on; SMDE's edge never did"));
        foreach (var header in v1.Headers.Where(name => name.Any(char.IsAsciiLetterUpper)))
            notes.Add(new(Prefix + "headers", $"'{header}' is bound from now on; with its capitals SMDE never found it"));
        foreach (var path in v1.Paths.Concat(v1.Exc).Where(path => !path.EndsWith('/')))
            notes.Add(new(Prefix + "paths", $"'{path}' admits whole segments from now on, as in '{path}/a', and not what only begins so"));
        var seconds = Lifetime(v1.Exp, errors);
        if (seconds > TokenVerifier.DefaultMaxTokenLifetime)
            notes.Add(new(Prefix + "exp", $"'{v1.Exp}' is longer than a v2 token may live; it lives for {TokenVerifier.DefaultMaxTokenLifetime} s and can be renewed for {Math.Min(seconds, LongestSession)} s"));
        var policy = new TokenPolicy
        {
            Lifetime = (int)Math.Min(seconds, TokenVerifier.DefaultMaxTokenLifetime),
            Paths = [.. v1.Paths.Select(SmdePath.Unescape).Distinct()],
            Exc = [.. v1.Exc.Select(SmdePath.Unescape).Distinct()],
            Bind = new ViewerBinding
            {
                Ip = v1.Ip,
                Country = Geo(v1.Co, v1.CoFallback),
                Region = Geo(v1.Reg, v1.RegFallback),
                City = Geo(v1.Cty, v1.CtyFallback),
                Headers = [.. v1.Headers.Select(name => name.ToLowerInvariant()).Distinct()],
                Query = [.. v1.Querystrings.Distinct()],
            },
        };
        // A session could not be renewed under v1; under v2 it can, as long as its default, or its one token lived.
        return policy with { MaxSession = (int)Math.Min(Math.Max(seconds, policy.MaxSession), LongestSession) };
    }

    private static long Lifetime(string exp, List<FieldError> errors)
    {
        if (SmdeExpiry.TryRead(exp, 0, out var seconds) && SmdeExpiry.IsLifetime(exp))
            return seconds;
        errors.Add(new(Prefix + "exp", $"'{exp}' is a fixed end, and v2 tokens live for a time; import it as v1, or make it '+Nh' or '+Nm'"));
        return new TokenPolicy().Lifetime;
    }

    private static GeoBinding Geo(bool isBound, bool hasFallback) => !isBound ? GeoBinding.None : hasFallback ? GeoBinding.WhenPresent : GeoBinding.Required;
}
