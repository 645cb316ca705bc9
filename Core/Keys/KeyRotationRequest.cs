namespace Portcullis.Keys;

/// <summary>Asks for a rotation.</summary>
/// <param name="IsEmergency">The keys in use may be known to somebody: nothing is signed with them any more, and they are dropped as soon as there is a new one.</param>
/// <param name="Reason">Why; 1 to 500 characters.</param>
/// <param name="By">Who asks.</param>
public sealed record KeyRotationRequest(bool IsEmergency, string Reason, string By);

/// <summary>What came of asking for a rotation.</summary>
public enum KeyRotationOutcome
{
    /// <summary>One has begun.</summary>
    Started = 0,

    /// <summary>One is under way already that does what was asked.</summary>
    Joined,

    /// <summary>The ring has <see cref="KeyRing.MaxKeys"/> keys whose tokens are still valid: nothing was changed. An emergency rotation is possible.</summary>
    Full,
}
