namespace Portcullis.Cli.Service.Contract;

internal sealed record RevocationList(IReadOnlyList<RevocationRecord> Revocations);
