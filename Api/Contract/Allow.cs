using Portcullis.Revocations;

namespace Portcullis.Api.Contract;

/// <summary>A request to put something on the allow-list.</summary>
internal sealed record AllowRequest
{
    /// <summary>What is named: a sid, an account, a range of addresses, an autonomous system or a user agent.</summary>
    public required AllowKind Kind { get; init; }

    /// <summary>The sid, the account's id (only its tag is kept), the range, the number, or the user agent.</summary>
    public required string Value { get; init; }

    /// <summary>Who answers for it; 1 to 100 characters.</summary>
    public required string Owner { get; init; }

    /// <summary>Why; 1 to 500 characters.</summary>
    public required string Reason { get; init; }

    /// <summary>When it ends; within 90 days.</summary>
    public required DateTimeOffset Expires { get; init; }
}

internal sealed record AllowResponse(string Id, AllowKind Kind, string Value, string Owner, string Reason, DateTimeOffset Expires)
{
    public static AllowResponse Of(AllowEntry entry) => new(entry.Id, entry.Kind, entry.Value, entry.Owner, entry.Reason, entry.Expires);
}

internal sealed record AllowListResponse(IReadOnlyList<AllowResponse> Entries);
