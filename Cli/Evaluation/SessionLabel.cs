namespace Portcullis.Cli.Evaluation;

/// <summary>The truth about a session.</summary>
/// <param name="Sid">The session.</param>
/// <param name="Class">Honest, or which offence.</param>
/// <param name="Kind">The kind within the class, such as <c>cgnat</c> or <c>4-9</c>; empty where the label names none.</param>
/// <param name="FirstOffence">When the offence began, epoch seconds; null for viewers.</param>
internal sealed record SessionLabel(string Sid, OffenceClass Class, string Kind, decimal? FirstOffence)
{
    /// <summary>Whether the session is an honest viewer's.</summary>
    public bool IsInnocent => Class == OffenceClass.Viewer;

    /// <summary>Class and kind as labels write them.</summary>
    public string Name => Kind.Length == 0 ? Class.ToString().ToLowerInvariant() : $"{Class.ToString().ToLowerInvariant()}:{Kind}";
}
