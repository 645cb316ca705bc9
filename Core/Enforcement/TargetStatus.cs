namespace Portcullis.Enforcement;

/// <summary>How far a target is.</summary>
/// <param name="Name">The target.</param>
/// <param name="Version">The ledger sequence it enforces.</param>
/// <param name="Wanted">The ledger sequence it should enforce.</param>
/// <param name="Entries">Revocations it holds.</param>
/// <param name="Keys">Keys it holds.</param>
/// <param name="LagMilliseconds">How long the newest change waited, or has been waiting, to be enforced.</param>
/// <param name="LastError">Why the last attempt failed; null after a success.</param>
/// <param name="LastWrite">When it was last written, or null.</param>
/// <param name="FailingSince">When the first attempt failed since the last success; null after a success.</param>
/// <param name="LeftOut">Revocations and keys that it should hold and has no room for.</param>
public sealed record TargetStatus(
    string Name, long Version, long Wanted, int Entries, int Keys, double LagMilliseconds, string? LastError, DateTimeOffset? LastWrite,
    DateTimeOffset? FailingSince = null, int LeftOut = 0);
