using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Portcullis.Keys;

namespace Portcullis.Tokens;

/// <summary>Draws requests that an attacker would make of tokens that he holds, from a seed.</summary>
/// <param name="seed">The same seed draws the same requests.</param>
/// <param name="genuine">Token segments that he holds.</param>
/// <param name="media">A path that all of them admit.</param>
internal sealed partial class Forger(int seed, IReadOnlyList<string> genuine, string media)
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private static readonly string[] Headers =
    [
        """{"alg":"none","typ":"JWT","kid":"$"}""", """{"alg":"None","typ":"JWT","kid":"$"}""", """{"alg":"","typ":"JWT","kid":"$"}""", """{"alg":"HS512","typ":"JWT","kid":"$"}""", """{"alg":"HS384","typ":"JWT","kid":"$"}""",
        """{"alg":"RS256","typ":"JWT","kid":"$"}""", """{"alg":"ES256","typ":"JWT","kid":"$"}""", """{"alg":"EdDSA","typ":"JWT","kid":"$"}""", """{"alg":"hs256","typ":"JWT","kid":"$"}""", """{"alg":null,"typ":"JWT","kid":"$"}""",
        """{"alg":"HS256","typ":"JWT","kid":"other"}""", """{"alg":"HS256","typ":"JWT","kid":"../../dev/null"}""", """{"alg":"HS256","typ":"JWT","kid":"' OR 1=1 --"}""", """{"alg":"HS256","typ":"JWT","kid":""}""", """{"alg":"HS256","typ":"JWT","kid":["$"]}""",
        """{"alg":"HS256","typ":"JWT","kid":"$ "}""", """{"alg":"HS256","typ":"JWT","kid":"$","kid":"other"}""", """{"alg":"none","alg":"HS256","typ":"JWT","kid":"$"}""", """{"alg":"HS256","alg":"none","typ":"JWT","kid":"$"}""",
        """{"typ":"JWT","alg":"HS256","kid":"$"}""", """{ "alg":"HS256","typ":"JWT","kid":"$"}""", """{"alg":"HS256","typ":"JWT","kid":"$","jwk":{"kty":"oct","k":"AAAA"}}""", """{"alg":"HS256","typ":"JWT","kid":"$","jku":"https://evil.example/k"}""",
        """{"alg":"HS256","typ":"JWT","kid":"$","crit":["b64"],"b64":false}""", """{"alg":"HS256","typ":"JWT","kid":"\ud800"}""", """{"alg":"HS256","typ":"JWE","kid":"$"}""", """{"alg":"HS256","kid":"$"}""", "{}", "[]", "null", "\"\"", "{", "é",
    ];

    private static readonly string[] Spellings = ["=", "==", "%3D", " ", "%20", "\t", "\r\n", "%0A", ".", "..", "%2E", "+", "/", "\0", "%00", "é", "ſ", "Ａ", "\u200B", "\u202E", "😀", "~", "*", ";", "'", "\""];

    private static readonly string[] Traps =
    [
        "/../secret/a.m4s", "/%2e%2e/secret/a.m4s", "/..%2fsecret", "/%2e%2e%2fsecret", "/..\\secret", "/..%5csecret", "/%00", "/./../../x", "0/x", "x", "%2f..%2f", "/..;/secret", "/%252e%252e/%252e%252e/secret", "//..//..//secret", "/%c0%ae%c0%ae/secret", "/..", "/../..",
    ];

    private readonly Random _random = new(seed);

    /// <summary>The next request: a raw path and a raw query.</summary>
    public (string Path, string Query) Draw() => _random.Next(16) switch
    {
        0 => Beside(FlipBits()),
        1 => Beside(SwapBytes()),
        2 => Beside(Truncate()),
        3 => Beside(Splice()),
        4 => Beside(WithHeader()),
        5 => Beside(WithPayload()),
        6 => Beside(Resigned()),
        7 => Beside(Respelled()),
        8 => Beside(Inserted()),
        9 => Beside(OtherSid()),
        10 => Beside(OtherCase()),
        11 => Beside(MoreOrFewerParts()),
        12 => (Twisted(), ""),
        13 => TwoCarriages(),
        14 => (Trapped(), ""),
        _ => Beside(string.Concat(Enumerable.Range(0, _random.Next(1, 5)).Select(_ => Inserted()).Append(Splice()))),
    };

    private (string Path, string Query) Beside(string segment) => _random.Next(4) == 0 ? (media, $"pt={segment}") : ($"/{segment}{media}", "");

    private string Any() => Pick(genuine);

    private T Pick<T>(IReadOnlyList<T> values) => values[_random.Next(values.Count)];

    private string FlipBits()
    {
        var bytes = Encoding.Latin1.GetBytes(Any());
        for (var flips = _random.Next(1, 4); flips > 0; flips--)
            bytes[_random.Next(bytes.Length)] ^= (byte)(1 << _random.Next(8));
        return Encoding.Latin1.GetString(bytes);
    }

    private string SwapBytes()
    {
        var text = Any().ToCharArray();
        var (left, right) = (_random.Next(text.Length), _random.Next(text.Length));
        (text[left], text[right]) = (text[right], text[left]);
        return new string(text);
    }

    private string Truncate()
    {
        var text = Any();
        var cut = _random.Next(1, text.Length);
        return _random.Next(3) switch
        {
            0 => text[..cut],
            1 => text[cut..],
            _ => text.Remove(_random.Next(text.Length), 1),
        };
    }

    private string Splice()
    {
        var (left, right) = (Any(), Any());
        if (_random.Next(2) == 0)
            return left[.._random.Next(left.Length)] + right[_random.Next(right.Length)..];
        // Parts of one token among those of another: the same key signs both.
        var parts = left.Split('.');
        parts[_random.Next(4)] = Pick(right.Split('.'));
        return string.Join('.', parts);
    }

    private string WithHeader()
    {
        var parts = Any().Split('.');
        parts[1] = Encode(Pick(Headers).Replace("$", KeyIdOf(_random.Next(3) == 0 ? Any().Split('.')[1] : parts[1]), StringComparison.Ordinal));
        return Finish(parts);
    }

    private string WithPayload()
    {
        var parts = Any().Split('.');
        parts[2] = Encode(Edited(Decode(parts[2])));
        return Finish(parts);
    }

    private string Edited(string claims) => _random.Next(12) switch
    {
        0 => Times().Replace(claims, match => $"{match.Groups[1].Value}{long.Parse(match.Groups[2].Value) + _random.Next(1, 100_000)}"),
        1 => Times().Replace(claims, match => $"{match.Groups[1].Value}9999999999"),
        2 => claims.Replace("/live/one", "/", StringComparison.Ordinal),
        3 => claims.Replace("\"ver\":2", "\"ver\":1", StringComparison.Ordinal),
        4 => claims.Insert(1, "\"exp\":9999999999,"),
        5 => claims[..^1] + ",\"exp\":9999999999}",
        6 => claims[..^1] + ",\"paths\":[\"/\"]}",
        7 => Bound().Replace(claims, ""),
        8 => claims.Replace("\"sid\":\"", "\"sid\":\"x", StringComparison.Ordinal),
        9 => claims.Replace("{", "{ ", StringComparison.Ordinal),
        10 => claims.Replace("\"s", "\"\\u0073", StringComparison.Ordinal),
        _ => claims.Insert(_random.Next(claims.Length), Pick(Spellings)),
    };

    /// <summary>Signed with a key that the attacker makes up or guesses.</summary>
    private string Resigned()
    {
        var parts = Any().Split('.');
        var key = _random.Next(6) switch
        {
            0 => [],
            1 => new byte[32],
            2 => Encoding.ASCII.GetBytes("k1"),
            3 => Encoding.ASCII.GetBytes(parts[3]),
            4 => Encoding.ASCII.GetBytes(parts[0]),
            _ => Bytes(32),
        };
        return $"{parts[0]}.{parts[1]}.{parts[2]}.{Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes($"{parts[1]}.{parts[2]}")))}";
    }

    /// <summary>The same bytes in another spelling of base64: unused bits, padding, the other alphabet.</summary>
    private string Respelled()
    {
        var parts = Any().Split('.');
        var at = _random.Next(1, 4);
        var part = parts[at];
        parts[at] = _random.Next(4) switch
        {
            0 => part[..^1] + Alphabet[Alphabet.IndexOf(part[^1]) ^ _random.Next(1, 4)],
            1 => part + new string('=', _random.Next(1, 4)),
            2 => part.Replace('-', '+').Replace('_', '/') + "=",
            _ => part + Alphabet[_random.Next(64)],
        };
        return string.Join('.', parts);
    }

    private string Inserted()
    {
        var text = Any();
        return text.Insert(_random.Next(text.Length + 1), Pick(Spellings));
    }

    private string OtherSid()
    {
        var text = Any();
        var rest = text[text.IndexOf('.')..];
        return _random.Next(5) switch
        {
            0 => rest,
            1 => rest[1..],
            2 => "victim" + rest,
            3 => Any()[..text.IndexOf('.')] + "x" + rest,
            _ => string.Concat(Enumerable.Range(0, _random.Next(1, 70)).Select(_ => Alphabet[_random.Next(64)])) + rest,
        };
    }

    private string OtherCase()
    {
        var text = Any().ToCharArray();
        var letters = Enumerable.Range(0, text.Length).Where(i => char.IsAsciiLetter(text[i])).ToArray();
        var at = Pick(letters);
        text[at] ^= ' ';
        return new string(text);
    }

    private string MoreOrFewerParts()
    {
        var parts = Any().Split('.').ToList();
        if (_random.Next(2) == 0)
            parts.RemoveAt(_random.Next(parts.Count));
        else
            parts.Insert(_random.Next(parts.Count + 1), _random.Next(2) == 0 ? "" : Pick(parts));
        return string.Join('.', parts);
    }

    /// <summary>A genuine token where no token stands, or written otherwise.</summary>
    private string Twisted()
    {
        var token = Any();
        return _random.Next(8) switch
        {
            0 => $"//{token}{media}",
            1 => $"/./{token}{media}",
            2 => $"/x/../{token}{media}",
            3 => $"/%2f{token}{media}",
            4 => $"{token}{media}",
            5 => $"/{Escaped(token)}{media}",
            6 => $"/{token}",
            _ => $"{media}/{token}",
        };
    }

    private string Escaped(string token)
    {
        var at = _random.Next(token.Length);
        return $"{token[..at]}%{(int)token[at]:X2}{token[(at + 1)..]}";
    }

    private (string Path, string Query) TwoCarriages()
    {
        var forged = _random.Next(2) == 0 ? FlipBits() : WithPayload();
        return _random.Next(3) switch
        {
            0 => ($"/{forged}{media}", $"pt={Any()}"),
            1 => (media, $"pt={Any()}&pt={forged}"),
            _ => (media, $"PT={Any()}&pt={forged}"),
        };
    }

    /// <summary>A genuine token in front of a path that seems to lie under an admitted one.</summary>
    private string Trapped() => $"/{Any()}{media[..media.IndexOf('/', 1)]}{(_random.Next(2) == 0 ? "/one" : "")}{Pick(Traps)}{(_random.Next(3) == 0 ? Pick(Traps) : "")}";

    /// <summary>The parts as they are, without a signature, or with one that another token carries.</summary>
    private string Finish(string[] parts)
    {
        parts[3] = _random.Next(4) switch
        {
            0 => "",
            1 => Any().Split('.')[3],
            2 => Encode("{}"),
            _ => parts[3],
        };
        return string.Join('.', parts);
    }

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    private static string KeyIdOf(string header) => Decode(header).Split("\"kid\":\"")[1].Split('"')[0];

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static string Decode(string text) => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text));

    [GeneratedRegex("(\"(?:exp|iat)\":)([0-9]+)")]
    private static partial Regex Times();

    [GeneratedRegex(",\"(?:bind|attr|headers|qs|opt)\":(?:\"[^\"]*\"|\\[[^]]*\\]|\\{[^}]*\\})")]
    private static partial Regex Bound();
}
