using Portcullis.Keys;
using Portcullis.Tokens;
using Portcullis.Tokens.Signed;

namespace Portcullis.Api.Contract;

/// <summary>The public half of the key pair that signs URLs and cookies, to be given to CloudFront.</summary>
/// <param name="KeyPairId">The key pair id in signed URLs and cookies.</param>
/// <param name="Kind">RSA-2048 or ECDSA on P-256.</param>
/// <param name="PublicKey">PEM.</param>
internal sealed record CloudFrontKeyResponse(string KeyPairId, CloudFrontKeyKind Kind, string PublicKey)
{
    public static CloudFrontKeyResponse Of(CloudFrontKeyPair pair) => new(pair.KeyPairId, pair.PublicKey.Kind, pair.PublicKey.ToPem());
}

/// <summary>The id that CloudFront assigned to the public half.</summary>
internal sealed record CloudFrontKeyRequest
{
    /// <summary>1 to 64 upper-case letters and digits.</summary>
    public required string KeyPairId { get; init; }
}

/// <summary>A key of another system to take over.</summary>
internal sealed record KeyImportRequest
{
    /// <summary>v1: the keys of v2 are the service's own.</summary>
    public required TokenFormat Format { get; init; }

    /// <summary>The key id in the tokens' headers.</summary>
    public required string KeyId { get; init; }

    /// <summary>The secret's text, used as ASCII. Never repeated in an answer.</summary>
    public required string Secret { get; init; }

    /// <summary>Whether it signs new tokens of its format from now on.</summary>
    public bool Signing { get; init; }
}

/// <summary>A token key, without its secrets.</summary>
/// <param name="KeyId">The key id in the tokens' headers.</param>
/// <param name="Format">The format of its tokens.</param>
/// <param name="Signing">Whether new tokens of its format are signed with it at this moment.</param>
/// <param name="State">Where it is on its way; null for v1 keys, which do not rotate.</param>
/// <param name="Since">Since when it is in that state.</param>
/// <param name="Until">Until when its tokens are valid, once it signs no more.</param>
/// <param name="HeldBy">The targets that hold it.</param>
internal sealed record KeyResponse(
    string KeyId, TokenFormat Format, bool Signing, KeyState? State = null, DateTimeOffset? Since = null, DateTimeOffset? Until = null, IReadOnlyList<string>? HeldBy = null);

internal sealed record KeysResponse(IReadOnlyList<KeyResponse> Keys, RotationResponse? Rotation, CompletedRotationResponse? LastRotation);

/// <summary>Asks for a rotation of the keys behind v2 tokens.</summary>
internal sealed record RotationRequest
{
    /// <summary>Nothing is signed until the new key is confirmed, and all older keys are dropped then.</summary>
    public bool Emergency { get; init; }

    /// <summary>Why; kept with the rotation.</summary>
    public required string Reason { get; init; }
}

/// <summary>What came of asking for a rotation.</summary>
/// <param name="Outcome">Whether one was started, or one under way was joined.</param>
/// <param name="Rotation">The one under way; null when it is complete already.</param>
/// <param name="LastRotation">The last complete one.</param>
internal sealed record RotationAnswer(KeyRotationOutcome Outcome, RotationResponse? Rotation, CompletedRotationResponse? LastRotation);

/// <summary>A rotation under way.</summary>
internal sealed record RotationResponse(
    string KeyId, bool Emergency, string Reason, string By, DateTimeOffset RequestedAt, RotationStage Stage, double AgeSeconds, bool Stuck, IReadOnlyList<AwaitedTarget> WaitingFor)
{
    public static RotationResponse? Of(RotationStatus? status) => status is null
        ? null
        : new(
            status.Rotation.KeyId, status.Rotation.IsEmergency, status.Rotation.Reason, status.Rotation.By, DateTimeOffset.FromUnixTimeSeconds(status.Rotation.RequestedAt),
            status.Stage, Math.Round(status.Age.TotalSeconds, 1), status.IsStuck, status.WaitingFor);
}

/// <summary>A rotation that was completed.</summary>
internal sealed record CompletedRotationResponse(string KeyId, bool Emergency, string Reason, string By, DateTimeOffset RequestedAt, DateTimeOffset CompletedAt)
{
    public static CompletedRotationResponse? Of(KeyRotation? rotation) => rotation is not { CompletedAt: { } completed }
        ? null
        : new(rotation.KeyId, rotation.IsEmergency, rotation.Reason, rotation.By, DateTimeOffset.FromUnixTimeSeconds(rotation.RequestedAt), DateTimeOffset.FromUnixTimeSeconds(completed));
}
