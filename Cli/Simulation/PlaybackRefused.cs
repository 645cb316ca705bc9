namespace Portcullis.Cli.Simulation;

/// <summary>The edge answered 401 or 403: a player stops.</summary>
/// <param name="status">401 or 403.</param>
/// <param name="reason">The <c>X-Portcullis</c> header, or null.</param>
internal sealed class PlaybackRefused(int status, string? reason) : Exception($"the edge answered {status}{(reason is null ? "" : $" ({reason})")}")
{
    public int Status => status;

    public string? Reason => reason;
}
