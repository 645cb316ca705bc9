using Portcullis.Revocations;

namespace Portcullis.Api.Contract;

/// <summary>A request to turn the kill switch.</summary>
internal sealed record SwitchRequest
{
    /// <summary>Why; 1 to 500 characters.</summary>
    public required string Reason { get; init; }
}

/// <summary>The kill switch: armed, or who disarmed it, when and why.</summary>
internal sealed record SwitchResponse(bool Armed, string? Actor, string? Reason, DateTimeOffset? At)
{
    public static SwitchResponse Of(RevocationSnapshot state) =>
        new(state.Disarmed is null, state.Disarmed?.Actor, state.Disarmed?.Reason, state.Disarmed?.At);
}
