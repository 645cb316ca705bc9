namespace Portcullis.Cli.Service.Contract;

internal sealed record SessionList(IReadOnlyList<SessionRecord> Sessions);
