using Portcullis.Keys;
using Portcullis.Tokens;
using Portcullis.Tokens.V1;

namespace Portcullis.Cli.Tokens;

/// <summary>All that a token is minted from.</summary>
/// <param name="Key">The signing key; its format is the token's.</param>
/// <param name="PolicyFile">The policy's file, read as the key's format has policies.</param>
/// <param name="Viewer">Whom the token is for.</param>
/// <param name="Url">What is to be played, or null.</param>
/// <param name="Sid">The session, or null for a new one.</param>
/// <param name="IssuedAt">Epoch seconds.</param>
internal sealed record MintRequest(SigningKey Key, string PolicyFile, Viewer Viewer, PlaybackUrl? Url, string? Sid, long IssuedAt)
{
    /// <exception cref="FormatException">A file or an option is wrong; the message names the field.</exception>
    public static MintRequest Read(string keysFile, string policyFile, string viewerFile, string? url, TokenFormat? format, string? sid, long issuedAt)
    {
        if (sid is not null && !SessionId.IsValid(sid))
            throw new FormatException($"--sid must be 1 to {SessionId.MaxLength} characters of A-Za-z0-9_-");
        var keys = KeysFile.Read(keysFile, format ?? TokenFormat.V2);
        var key = keys.Signing ?? throw new FormatException($"--keys {keysFile}: signing is required, it names the key that mints");
        if (format is { } wanted && key.Format != wanted)
            throw new FormatException($"--format is {wanted.ToString().ToLowerInvariant()}, but the signing key '{key.KeyId}' is a {key.Format.ToString().ToLowerInvariant()} key");
        var viewer = ViewerFile.Read(viewerFile);
        var target = url is null ? null : PlaybackUrl.Parse(url);
        return new MintRequest(key, policyFile, viewer.Requesting(target), target, sid ?? viewer.Sid, issuedAt);
    }

    /// <exception cref="FormatException">The policy is wrong, or the viewer lacks what it requires; the message names the field.</exception>
    public MintedToken Mint()
    {
        var minted = Key.Format == TokenFormat.V1
            ? SmdeMint.Mint(SmdePolicyFile.Read(PolicyFile), Viewer, Sid, Key, IssuedAt)
            : TokenMint.Mint(TokenPolicyFile.Read(PolicyFile, Url), Viewer, Sid ?? SessionId.Draw(), Key, IssuedAt);
        return minted.Token ?? throw new FormatException($"{minted.Field}: {minted.Error}");
    }

    /// <summary>Shows the key id and the sid only.</summary>
    public override string ToString() => $"{Key.KeyId} {Sid}";
}
