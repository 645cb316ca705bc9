namespace Portcullis.Revocations;

/// <summary>The standing state that a subject is blocked.</summary>
/// <param name="Decision">The decision that blocks it.</param>
public sealed record Revocation(Decision Decision)
{
    /// <summary>The blocked session or account.</summary>
    public Subject Subject => Decision.Subject;

    /// <summary>Epoch seconds at which the block ends.</summary>
    public long Until => Decision.Until;

    /// <summary>Whether it still stands.</summary>
    /// <param name="now">Epoch seconds.</param>
    public bool Stands(long now) => now < Until;
}
