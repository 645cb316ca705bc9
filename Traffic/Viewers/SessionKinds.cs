using Portcullis.Traffic.Offenders;

namespace Portcullis.Traffic.Viewers;

/// <summary>All kinds of sessions there are.</summary>
internal static class SessionKinds
{
    public static readonly IReadOnlyList<SessionKind> All = [.. ViewerKinds.All, .. OffenderKinds.All];
}
