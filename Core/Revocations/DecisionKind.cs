namespace Portcullis.Revocations;

/// <summary>What a decision does. The log of them is the audit, so whatever changes what is enforced is one.</summary>
public enum DecisionKind
{
    /// <summary>Blocks the subject until a time.</summary>
    Revoke = 0,

    /// <summary>Ends the block and voids automatic decisions on evidence up to its time, held ones included.</summary>
    Lift = 1,

    /// <summary>An automatic revocation that the breaker holds: nothing is blocked until a person releases it.</summary>
    Hold = 2,

    /// <summary>A person confirms what was held: blocks the subject until a time, with the same evidence.</summary>
    Release = 3,

    /// <summary>A person rejects what was held: voids automatic decisions on evidence up to its time, as a lift does.</summary>
    Drop = 4,

    /// <summary>The kill switch: from now on nothing automatic is enforced. What stands goes on standing.</summary>
    Disarm = 5,

    /// <summary>Ends <see cref="Disarm"/>.</summary>
    Arm = 6,

    /// <summary>The order to lift, release or drop all that a filter names; what it led to follows it.</summary>
    Bulk = 7,

    /// <summary>Puts an entry on the allow-list until a time.</summary>
    Allow = 8,

    /// <summary>Takes an entry off the allow-list.</summary>
    Disallow = 9,
}
