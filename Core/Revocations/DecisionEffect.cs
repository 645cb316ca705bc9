namespace Portcullis.Revocations;

/// <summary>What a decision does to the current state.</summary>
public enum DecisionEffect
{
    /// <summary>It changes the state, or is part of the audit. A revocation may have become a hold: its kind says so.</summary>
    Applies = 0,

    /// <summary>Its id is in the ledger already; nothing is written.</summary>
    AlreadyThere,

    /// <summary>A lift or drop is newer than its evidence; nothing is written.</summary>
    Voided,

    /// <summary>It would block an account and does not come from a person; nothing is written.</summary>
    PeopleOnly,

    /// <summary>There is no revocation to lift, or another than it answers; nothing is written.</summary>
    NothingToLift,

    /// <summary>Nothing is held about the subject, or another decision than it answers; nothing is written.</summary>
    NotHeld,

    /// <summary>It is automatic and the kill switch is off; nothing is written.</summary>
    Disarmed,

    /// <summary>It is so already; nothing is written.</summary>
    NoChange,
}
