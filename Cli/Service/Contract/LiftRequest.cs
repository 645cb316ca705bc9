namespace Portcullis.Cli.Service.Contract;

internal sealed record LiftRequest(string Reason);
