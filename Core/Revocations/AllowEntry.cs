using System.Globalization;
using System.Net;
using Portcullis.Assets;
using Portcullis.Tokens;

namespace Portcullis.Revocations;

/// <summary>Something that detectors must not revoke, until a time. People may.</summary>
public sealed record AllowEntry
{
    /// <summary>Longest time an entry may hold, in days: an exception that nobody remembers is a hole.</summary>
    public const int LongestDays = 90;

    private const int MaxOwner = 100, MaxReason = 500, MaxAgent = 256, LeastAgentStart = 8, WidestV4 = 8, WidestV6 = 24;

    /// <value>Identifies the entry.</value>
    public required string Id { get; init; }

    /// <value>What it names.</value>
    public required AllowKind Kind { get; init; }

    /// <value>The sid, account tag, range, number or user agent.</value>
    public required string Value { get; init; }

    /// <value>Who answers for it; 1 to 100 characters.</value>
    public required string Owner { get; init; }

    /// <value>Why; 1 to 500 characters.</value>
    public required string Reason { get; init; }

    /// <value>When it ends; within <see cref="LongestDays"/>.</value>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>An id for a new entry.</summary>
    public static string DrawId() => "allow_" + SessionId.DrawRandom(12);

    /// <summary>Everything that is wrong with it: field and what is allowed. Empty when it is valid.</summary>
    /// <param name="now">The time of now.</param>
    public IReadOnlyList<FieldError> Check(DateTimeOffset now)
    {
        var errors = new List<FieldError>();
        if (AllowedValue(Kind, Value) is { } allowed)
            errors.Add(new("value", allowed));
        if (!IsText(Owner, MaxOwner))
            errors.Add(new("owner", $"must be 1 to {MaxOwner} characters without control characters"));
        if (!IsText(Reason, MaxReason))
            errors.Add(new("reason", $"must be 1 to {MaxReason} characters without control characters"));
        if (Expires <= now || Expires > now.AddDays(LongestDays))
            errors.Add(new("expires", $"must lie in the future, within {LongestDays} days"));
        return errors;
    }

    /// <summary>Whether it names a session.</summary>
    internal bool Names(string sid) => Kind switch
    {
        AllowKind.Sid => sid == Value,
        AllowKind.Account => SessionId.AccountTagOf(sid).SequenceEqual(Value),
        _ => false,
    };

    private static string? AllowedValue(AllowKind kind, string value) => kind switch
    {
        AllowKind.Sid => SessionId.IsValid(value) ? null : "must be a session id: 1 to 64 characters of A-Za-z0-9_-",
        AllowKind.Account => SessionId.IsAccountTag(value) ? null : "must be an account tag: 10 characters of A-Za-z0-9",
        AllowKind.Cidr => IPNetwork.TryParse(value, out var range) && range.PrefixLength >= (range.BaseAddress.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? WidestV4 : WidestV6)
            ? null
            : $"must be a range such as 192.0.2.0/24 or 2001:db8::/32, no wider than /{WidestV4} (IPv4) or /{WidestV6} (IPv6)",
        AllowKind.Asn => uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var asn) && asn > 0 ? null : "must be a number of an autonomous system, 1 to 4294967295",
        AllowKind.UserAgent => IsText(value, MaxAgent) && (!value.EndsWith('*') || value.Length > LeastAgentStart)
            ? null
            : $"must be a user agent of 1 to {MaxAgent} characters, or its first {LeastAgentStart} or more followed by *",
        _ => "must be a known kind",
    };

    private static bool IsText(string text, int most) => !string.IsNullOrWhiteSpace(text) && text.Length <= most && !text.Any(char.IsControl);
}
