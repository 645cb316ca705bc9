namespace Portcullis.Cli.Service.Contract;

/// <summary>How a ping ended.</summary>
internal sealed record PingRecord(bool Delivered, int? Status, string? Error, double Milliseconds);
