namespace Portcullis.Cli.Service.Contract;

/// <summary>Whom a decision is about.</summary>
/// <param name="Kind"><c>session</c> or <c>account</c>.</param>
/// <param name="Value">The sid or the account tag.</param>
internal sealed record RevocationSubject(string? Kind, string? Value);
