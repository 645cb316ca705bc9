using Portcullis.Revocations;

namespace Portcullis.Enforcement;

/// <summary>A subject that targets must block.</summary>
/// <param name="Subject">The session or account.</param>
/// <param name="Until">Epoch seconds at which the block ends.</param>
/// <param name="Heat">How urgent it is beside the others, larger first, in the caller's own unit; 0 unless given.</param>
public readonly record struct Block(Subject Subject, long Until, double Heat = 0)
{
    /// <summary>The standing revocations of a ledger, newest decision first.</summary>
    /// <param name="revocations">The ledger's current state.</param>
    /// <param name="now">Epoch seconds; what has ended by then is left out.</param>
    /// <param name="heat">How urgent a subject is, for instance its requests in the last minute; null ranks by age alone.</param>
    public static IEnumerable<Block> Standing(RevocationSnapshot revocations, long now, Func<Subject, double>? heat = null) =>
        revocations.Standing(now).Select(revocation => new Block(revocation.Subject, revocation.Until, heat?.Invoke(revocation.Subject) ?? 0));

    /// <summary>
    /// The order of priority in which a target with too little room takes blocks: accounts (people decide on them, and one entry stands for
    /// many sessions), then sessions; within each the hottest first, and among equals in the order given. Subjects given twice are one,
    /// with the later end and the greater heat.
    /// </summary>
    /// <exception cref="ArgumentException">A subject does not have the form that its kind asks for.</exception>
    public static IReadOnlyList<Block> InOrder(IEnumerable<Block> blocks)
    {
        var places = new Dictionary<Subject, int>();
        var merged = new List<Block>();
        foreach (var block in blocks)
        {
            // What is no sid is not shown: it may be a token.
            if (!block.Subject.IsValid)
                throw new ArgumentException($"A {block.Subject.Kind.ToString().ToLowerInvariant()} to block does not have the form of one.", nameof(blocks));
            if (places.TryAdd(block.Subject, merged.Count))
                merged.Add(block);
            else
                merged[places[block.Subject]] = merged[places[block.Subject]].With(block);
        }
        return [.. merged.OrderBy(block => block.Subject.Kind == SubjectKind.Account ? 0 : 1).ThenByDescending(block => block.Heat)];
    }

    private Block With(Block other) => new(Subject, Math.Max(Until, other.Until), Math.Max(Heat, other.Heat));
}
