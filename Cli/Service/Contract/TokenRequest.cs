namespace Portcullis.Cli.Service.Contract;

/// <summary>Asks for a playback token.</summary>
/// <param name="Asset">Id of the asset.</param>
/// <param name="Viewer">Who will play, for policies that bind the token to a viewer.</param>
internal sealed record TokenRequest(string Asset, TokenViewer Viewer);
