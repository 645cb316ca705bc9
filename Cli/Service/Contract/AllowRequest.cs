namespace Portcullis.Cli.Service.Contract;

/// <summary>Asks to put something on the allow-list.</summary>
/// <param name="Kind"><c>sid</c>, <c>account</c>, <c>cidr</c>, <c>asn</c> or <c>userAgent</c>.</param>
internal sealed record AllowRequest(string Kind, string Value, string Owner, string Reason, DateTimeOffset Expires);
