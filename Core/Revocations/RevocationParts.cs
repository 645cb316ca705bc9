namespace Portcullis.Revocations;

/// <summary>What a <see cref="RevocationSnapshot"/> holds, for keeping it and making it again.</summary>
public sealed record RevocationParts
{
    /// <value>The decisions that block, with the ends that their subjects are blocked until.</value>
    public IReadOnlyList<Decision> Revocations { get; init; } = [];

    /// <value>What is held.</value>
    public IReadOnlyList<Decision> Held { get; init; } = [];

    /// <value>The last lift or drop of each subject.</value>
    public IReadOnlyList<Decision> Voids { get; init; } = [];

    /// <value>The decision that disarmed, or null.</value>
    public Decision? Disarmed { get; init; }

    /// <value>The entries of the allow-list.</value>
    public IReadOnlyList<AllowEntry> Allowed { get; init; } = [];
}
