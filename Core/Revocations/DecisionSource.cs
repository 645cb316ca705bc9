namespace Portcullis.Revocations;

/// <summary>Where a decision comes from.</summary>
public enum DecisionSource
{
    /// <summary>A verdict of the detectors.</summary>
    Auto = 0,

    /// <summary>A person.</summary>
    Manual = 1,

    /// <summary>A watermark finding.</summary>
    Watermark = 2,

    /// <summary>The account's limit of sessions.</summary>
    AccountLimit = 3,
}
