using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Portcullis.Tokens;

/// <summary>
/// Makes and checks session ids (sid): <c>&lt;random&gt;</c> or <c>&lt;account tag&gt;_&lt;random&gt;</c>.
/// </summary>
public static class SessionId
{
    /// <summary>Longest sid, in characters.</summary>
    public const int MaxLength = 64;

    /// <summary>Shortest random part, in characters.</summary>
    public const int MinRandomLength = 12;

    /// <summary>Random characters of a sid unless configured otherwise: 95 bits.</summary>
    public const int DefaultRandomLength = 16;

    /// <summary>Characters of an account tag: 59 bits.</summary>
    public const int AccountTagLength = 10;

    /// <summary>Characters of the sid's end that make up a support reference.</summary>
    public const int SupportReferenceLength = 8;

    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>How a JOSE header begins in base64url. No drawn sid does: a v1 token without sid has its header where others have theirs.</summary>
    private const string HeaderStart = "eyJ";

    private static readonly SearchValues<char> Base62Characters = SearchValues.Create(Base62);

    private static readonly SearchValues<char> Allowed = SearchValues.Create(Base62 + "_-");

    private static readonly SearchValues<byte> AllowedUtf8 = SearchValues.Create(Encoding.ASCII.GetBytes(Base62 + "_-"));

    /// <summary>Whether the text has the form of a sid: 1 to 64 characters of <c>A-Za-z0-9_-</c>.</summary>
    public static bool IsValid(ReadOnlySpan<char> sid) =>
        sid.Length is > 0 and <= MaxLength && !sid.ContainsAnyExcept(Allowed);

    /// <inheritdoc cref="IsValid(ReadOnlySpan{char})"/>
    public static bool IsValid(ReadOnlySpan<byte> sid) =>
        sid.Length is > 0 and <= MaxLength && !sid.ContainsAnyExcept(AllowedUtf8);

    /// <summary>Whether the text has the form of an account tag: 10 characters of <c>A-Za-z0-9</c>.</summary>
    public static bool IsAccountTag(ReadOnlySpan<char> tag) =>
        tag.Length == AccountTagLength && !tag.ContainsAnyExcept(Allowed) && !tag.ContainsAny('_', '-');

    /// <summary>Draws a new sid from the system's CSPRNG, without modulo bias.</summary>
    /// <param name="accountTag">The tag of the account the session belongs to, or null.</param>
    /// <param name="randomLength">Characters of the random part, 12 to 48.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="randomLength"/> is out of range.</exception>
    /// <exception cref="ArgumentException"><paramref name="accountTag"/> does not have the form of one.</exception>
    public static string Draw(string? accountTag = null, int randomLength = DefaultRandomLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(randomLength, MinRandomLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(randomLength, 48);
        if (accountTag is not null && !IsAccountTag(accountTag))
            throw new ArgumentException($"Account tag '{accountTag}' must be {AccountTagLength} characters of A-Za-z0-9.", nameof(accountTag));
        var random = DrawRandom(randomLength);
        while (random.StartsWith(HeaderStart, StringComparison.Ordinal))
            random = DrawRandom(randomLength);
        return accountTag is null ? random : $"{accountTag}_{random}";
    }

    /// <summary>
    /// Whether the text has the form that <see cref="Draw"/> gives a sid. Only such a sid can be a whole path segment (signed URLs and cookies);
    /// any other, given by hand or by others, is only ever followed by a token.
    /// </summary>
    public static bool HasDrawnForm(ReadOnlySpan<char> sid)
    {
        var random = AccountTagOf(sid).IsEmpty ? sid : sid[(AccountTagLength + 1)..];
        return sid.Length <= MaxLength && random.Length >= MinRandomLength && !random.ContainsAnyExcept(Base62Characters)
            && !random.StartsWith(HeaderStart, StringComparison.Ordinal);
    }

    /// <summary>Base-62 characters from the system's CSPRNG; how many is the caller's to judge.</summary>
    internal static string DrawRandom(int length) => RandomNumberGenerator.GetString(Base62, length);

    /// <summary>
    /// The account tag: 10 base-62 characters of HMAC-SHA256(tag key, account id). The first 128 bits of the MAC are read as a
    /// big-endian integer and written in base 62, least significant digit first; the bias is below 2^-68.
    /// </summary>
    public static string AccountTag(ReadOnlySpan<byte> tagKey, string accountId)
    {
        Span<byte> mac = stackalloc byte[32];
        HMACSHA256.HashData(tagKey, Encoding.UTF8.GetBytes(accountId), mac);
        return string.Create(AccountTagLength, BinaryPrimitives.ReadUInt128BigEndian(mac), static (tag, number) =>
        {
            for (var i = 0; i < tag.Length; i++)
            {
                tag[i] = Base62[(int)(number % 62)];
                number /= 62;
            }
        });
    }

    /// <summary>The account tag a sid starts with, or an empty span when it has none.</summary>
    public static ReadOnlySpan<char> AccountTagOf(ReadOnlySpan<char> sid) =>
        sid.Length > AccountTagLength + 1 && sid[AccountTagLength] == '_' && IsAccountTag(sid[..AccountTagLength])
            ? sid[..AccountTagLength]
            : default;

    /// <summary>What a blocked viewer is told to quote to support: the last 8 characters of the sid.</summary>
    public static string SupportReference(string sid) =>
        sid.Length <= SupportReferenceLength ? sid : sid[^SupportReferenceLength..];
}
