using System.CommandLine;

namespace Portcullis.Cli.Tokens;

/// <summary><c>token mint|verify</c>: tokens from files, for tests of conformance and for support.</summary>
internal static class TokenCommand
{
    public static Command Create() => new("token", "Mints and verifies tokens from files, without a service.")
    {
        TokenMintCommand.Create(),
        TokenVerifyCommand.Create(),
    };
}
