using Portcullis.Cli.Service.Contract;

namespace Portcullis.Cli.Output;

/// <summary>A revocation in two lines.</summary>
internal static class RevocationText
{
    public static IEnumerable<string> Lines(RevocationRecord? revocation)
    {
        if (revocation is null)
        {
            yield break;
        }

        yield return $"revoked {revocation.Subject?.Kind} {revocation.Subject?.Value} until {Moment.Text(revocation.Until)}, id {revocation.Id}";
        yield return $"  {revocation.Source} by {revocation.Actor ?? "the service"} at {Moment.Text(revocation.At)}: {revocation.Reason}";
    }
}
