namespace Portcullis.Enforcement.Waf;

/// <summary>
/// A rule of the rule group: blocks a request whose URI path matches one of its patterns, with the answer of <see cref="WafBlockResponse"/>.
/// It is one RegexMatchStatement, or an OrStatement of several; neither a text transformation nor a label.
/// </summary>
/// <param name="Name">Name of the rule and of its metric.</param>
/// <param name="Priority">Place in the rule group, from 0.</param>
/// <param name="Patterns">Regular expressions of at most 200 characters each: at least one; none only for a rule that was found at a target and is not as a plan's.</param>
public sealed record WafRule(string Name, int Priority, IReadOnlyList<string> Patterns)
{
    /// <inheritdoc/>
    public bool Equals(WafRule? other) =>
        other is not null && Name == other.Name && Priority == other.Priority && Patterns.SequenceEqual(other.Patterns, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Priority, Patterns.Count);
}
