namespace Portcullis.Aws.Tests.Servers;

/// <summary>What goes wrong with a request.</summary>
/// <param name="Status">The HTTP status that is answered; null drops the connection.</param>
/// <param name="Code">The error code that is answered.</param>
/// <param name="ReachesServer">Whether the server sees the request all the same: then only its answer is lost.</param>
internal sealed record Fault(int? Status, string Code, bool ReachesServer)
{
    /// <summary>The service is asked too often.</summary>
    public static Fault Throttled(string code) => new(400, code, false);

    /// <summary>The service fails.</summary>
    public static readonly Fault ServerError = new(500, "InternalFailure", false);

    /// <summary>The connection breaks before the server sees the request.</summary>
    public static readonly Fault Dropped = new(null, "", false);

    /// <summary>The server does what is asked, and the connection breaks before its answer.</summary>
    public static readonly Fault AnswerLost = new(null, "", true);

    /// <summary>The server does what is asked, half of its answer arrives, and then nothing more, with the connection open.</summary>
    public static readonly Fault Stalled = new(null, "", true);
}
