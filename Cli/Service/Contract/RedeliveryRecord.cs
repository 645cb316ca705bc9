namespace Portcullis.Cli.Service.Contract;

internal sealed record RedeliveryRecord(int Redelivered);
