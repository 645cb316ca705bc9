using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Portcullis.Tokens;

namespace Portcullis.Keys;

/// <summary>One key id with its secrets. A v2 key holds two independent secrets; a v1 key one, used for both purposes.</summary>
/// <remarks>The text form of a key never shows its secrets.</remarks>
public sealed class SigningKey
{
    /// <summary>Least length of a secret, in bytes (RFC 7518, section 3.2).</summary>
    public const int MinSecretLength = 32;

    /// <summary>Least length of a v1 key's secret, in characters; SMDE's own have 128.</summary>
    public const int MinV1SecretLength = 16;

    /// <summary>Longest key id, in characters.</summary>
    public const int MaxKeyIdLength = 64;

    private readonly byte[] _sign;
    private readonly byte[] _bind;
    private readonly byte[][] _allowedPaths = [];

    // Keying an HMAC costs more than a token's MAC; one object serves one thread at a time.
    private readonly ThreadLocal<IncrementalHash> _signing;
    private readonly ThreadLocal<IncrementalHash> _binding;

    /// <summary>Puts a v2 key together.</summary>
    /// <param name="keyId">1 to 64 characters of <c>A-Za-z0-9_-</c>.</param>
    /// <param name="sign">Secret of the signature, at least 32 bytes.</param>
    /// <param name="bind">Secret of the attribute MAC, at least 32 bytes, different from <paramref name="sign"/>.</param>
    /// <exception cref="ArgumentException">One of the values is out of its range; the message never shows a secret.</exception>
    public SigningKey(string keyId, ReadOnlySpan<byte> sign, ReadOnlySpan<byte> bind)
        : this(keyId, TokenFormat.V2, sign)
    {
        if (sign.Length < MinSecretLength)
            throw new ArgumentException($"Secret 'sign' of key '{keyId}' has {sign.Length} bytes; at least {MinSecretLength} are needed.", nameof(sign));
        if (bind.Length < MinSecretLength)
            throw new ArgumentException($"Secret 'bind' of key '{keyId}' has {bind.Length} bytes; at least {MinSecretLength} are needed.", nameof(bind));
        if (sign.SequenceEqual(bind))
            throw new ArgumentException($"Secrets 'sign' and 'bind' of key '{keyId}' must differ.", nameof(bind));
        _bind = bind.ToArray();
        _binding = new(() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _bind));
    }

    private SigningKey(string keyId, TokenFormat format, ReadOnlySpan<byte> sign)
    {
        if (!SessionId.IsValid(keyId))
            throw new ArgumentException($"Key id '{keyId}' must be 1 to {MaxKeyIdLength} characters of A-Za-z0-9_-.", nameof(keyId));
        KeyId = keyId;
        Format = format;
        _sign = sign.ToArray();
        _bind = _sign;
        _signing = new(() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _sign));
        _binding = _signing;
        EncodedHeader = Base64Url.EncodeToUtf8(Encoding.ASCII.GetBytes($$"""{"alg":"HS256","typ":"JWT","kid":"{{keyId}}"}"""));
    }

    /// <summary>Puts a v1 key together: SMDE's, whose one secret serves both purposes.</summary>
    /// <param name="keyId">1 to 64 characters of <c>A-Za-z0-9_-</c>.</param>
    /// <param name="secret">The secret's text, used as ASCII; at least 16 characters.</param>
    /// <param name="allowedPaths">See <see cref="AllowedPaths"/>; null for all.</param>
    /// <param name="notAfter">See <see cref="NotAfter"/>.</param>
    /// <exception cref="ArgumentException">One of the values is out of its range; the message never shows a secret.</exception>
    public static SigningKey ForV1(string keyId, string secret, IReadOnlyList<string>? allowedPaths = null, long? notAfter = null)
    {
        if (secret.Length < MinV1SecretLength || !Ascii.IsValid(secret))
            throw new ArgumentException($"The secret of v1 key '{keyId}' must have at least {MinV1SecretLength} ASCII characters.", nameof(secret));
        return new SigningKey(keyId, TokenFormat.V1, Encoding.ASCII.GetBytes(secret)) { AllowedPaths = allowedPaths ?? [], NotAfter = notAfter };
    }

    /// <summary>The paths the key's tokens may admit at all, whatever they claim; empty for all.</summary>
    public IReadOnlyList<string> AllowedPaths
    {
        get;
        init
        {
            field = value;
            _allowedPaths = [.. value.Select(Encoding.UTF8.GetBytes)];
        }
    } = [];

    /// <summary>Epoch seconds from which the key verifies nothing any more; null for never.</summary>
    public long? NotAfter { get; init; }

    /// <summary>The key id, as it stands in the token's header.</summary>
    public string KeyId { get; }

    /// <summary>The format the key belongs to; a verifier of the other format refuses it.</summary>
    public TokenFormat Format { get; }

    /// <summary>The base64url text of the JOSE header that this key's tokens carry.</summary>
    internal byte[] EncodedHeader { get; }

    /// <summary>Draws a new v2 key with two secrets of 32 bytes from the system's CSPRNG.</summary>
    public static SigningKey Draw(string keyId) =>
        new(keyId, RandomNumberGenerator.GetBytes(MinSecretLength), RandomNumberGenerator.GetBytes(MinSecretLength));

    /// <summary>Copies of the two secrets, for sealing them in a store; the caller clears them.</summary>
    public (byte[] Sign, byte[] Bind) ExportSecrets() => ([.. _sign], [.. _bind]);

    /// <summary>Shows the key id and the format only.</summary>
    public override string ToString() => $"{KeyId} ({Format})";

    /// <summary>Whether the key's tokens may admit a normalised path.</summary>
    internal bool Admits(ReadOnlySpan<byte> path)
    {
        if (_allowedPaths.Length == 0)
            return true;
        foreach (var allowed in _allowedPaths)
        {
            if (MediaPath.IsUnder(path, allowed))
                return true;
        }
        return false;
    }

    /// <summary>HMAC-SHA256 under the signing secret.</summary>
    internal void Sign(ReadOnlySpan<byte> text, Span<byte> mac) => Mac(_signing.Value!, text, mac);

    /// <summary>HMAC-SHA256 under the binding secret.</summary>
    internal void Bind(ReadOnlySpan<byte> text, Span<byte> mac) => Mac(_binding.Value!, text, mac);

    private static void Mac(IncrementalHash hmac, ReadOnlySpan<byte> text, Span<byte> mac)
    {
        hmac.AppendData(text);
        hmac.GetHashAndReset(mac);
    }
}
