namespace Portcullis.Notifications;

/// <summary>Which notifications a webhook wants: names, or groups such as <c>revocation.*</c>. Without any, all.</summary>
/// <param name="Patterns">What it was made of.</param>
public sealed record NotificationFilter(IReadOnlyList<string> Patterns)
{
    private const string Rest = ".*";

    /// <summary>Lets everything through.</summary>
    public static readonly NotificationFilter Everything = new([]);

    /// <summary>The names that it lets through.</summary>
    public IReadOnlyList<string> Types { get; } = [.. NotificationTypes.All.Where(type => Patterns.Count == 0 || Patterns.Any(pattern => Matches(pattern, type)))];

    /// <summary>Whether a pattern lets any notification through.</summary>
    public static bool IsValid(string pattern) => NotificationTypes.All.Any(type => Matches(pattern, type));

    /// <summary>Whether a notification is let through.</summary>
    public bool Wants(string type) => Types.Contains(type);

    private static bool Matches(string pattern, string type) =>
        pattern == type || (pattern.EndsWith(Rest, StringComparison.Ordinal) && pattern.Length > Rest.Length && type.StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal));
}
