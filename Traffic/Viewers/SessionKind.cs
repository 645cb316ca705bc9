namespace Portcullis.Traffic.Viewers;

/// <summary>A kind of session: who it is, and what is particular to it.</summary>
/// <param name="Name">Name behind the label's colon.</param>
/// <param name="Role">Viewer or offender.</param>
/// <param name="Weight">Share among the viewers, or among the offenders, relative to the others.</param>
/// <param name="Needs">What it needs.</param>
/// <param name="Arrange">Makes a plain session, drawn but not begun, one of this kind.</param>
internal sealed record SessionKind(string Name, SessionRole Role, double Weight, Needs Needs, Action<Session> Arrange)
{
    /// <summary>The label, such as <c>viewer:relay</c> or <c>shared:3</c>.</summary>
    public string Label { get; } = $"{Role switch { SessionRole.Viewer => "viewer", SessionRole.Shared => "shared", SessionRole.Restream => "restream", _ => "rip" }}:{Name}";
}

/// <summary>What the users of a session do.</summary>
internal enum SessionRole : byte
{
    /// <summary>One person watches.</summary>
    Viewer,

    /// <summary>Several watch with one token.</summary>
    Shared,

    /// <summary>The stream is taken and sent on.</summary>
    Restream,

    /// <summary>The title is copied.</summary>
    Rip,
}
