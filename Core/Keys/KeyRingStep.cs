namespace Portcullis.Keys;

/// <summary>One change of a ring, and what must be done with secrets in the same transaction.</summary>
/// <param name="Ring">The ring after it; its version is one above the ring's that it starts from.</param>
public sealed record KeyRingStep(KeyRing Ring)
{
    /// <summary>The key id for which secrets must be drawn; null for none.</summary>
    public string? Draw { get; init; }

    /// <summary>The key ids whose secrets must be deleted.</summary>
    public IReadOnlyList<string> Delete { get; init; } = [];
}
