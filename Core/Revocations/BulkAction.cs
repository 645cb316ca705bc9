namespace Portcullis.Revocations;

/// <summary>What is done to many at once.</summary>
public enum BulkAction
{
    /// <summary>Lifts standing revocations.</summary>
    Lift = 0,

    /// <summary>Releases held decisions.</summary>
    Release = 1,

    /// <summary>Drops held decisions.</summary>
    Drop = 2,
}
