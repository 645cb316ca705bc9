namespace Portcullis.Cli;

/// <summary>Exit codes of every command.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>The service refused, something failed, or a simulation ended other than it should.</summary>
    public const int Refused = 1;

    public const int BadUsage = 2;
}
