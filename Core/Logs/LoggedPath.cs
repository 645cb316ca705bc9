using System.Text;
using Portcullis.Tokens;

namespace Portcullis.Logs;

/// <summary>Brings logged media paths to the one spelling that the edge compared and assets are stored in.</summary>
/// <remarks>
/// A player chooses how to spell a path (<c>/live/a</c>, <c>/%6Cive/a</c>, <c>/live/./a</c>) and the edge admits all of them. Viewers of one
/// token who spell it each in his own way must still be seen on the same title, the same positions and the same asset.
/// </remarks>
internal static class LoggedPath
{
    /// <summary>The path as the edge compared it. Allocates only where the logged path has an escape or a dot segment.</summary>
    /// <param name="logged">The path as logged: the viewer's spelling, URL-encoded once more by the log.</param>
    public static ReadOnlySpan<byte> Canonical(ReadOnlySpan<byte> logged)
    {
        if (!logged.Contains((byte)'%') && logged.IndexOf("/."u8) < 0)
            return logged;
        var asked = new byte[logged.Length];
        return MediaPath.Normalize(asked.AsSpan(0, Decode(logged, asked))) is { } path ? Encoding.UTF8.GetBytes(path) : logged;
    }

    /// <summary>Undoes the log's encoding; what is no escape stays.</summary>
    private static int Decode(ReadOnlySpan<byte> logged, Span<byte> asked)
    {
        var length = 0;
        for (var i = 0; i < logged.Length; i++)
        {
            if (logged[i] == '%' && i + 2 < logged.Length && char.IsAsciiHexDigit((char)logged[i + 1]) && char.IsAsciiHexDigit((char)logged[i + 2]))
            {
                asked[length++] = (byte)((FromHex(logged[i + 1]) << 4) | FromHex(logged[i + 2]));
                i += 2;
            }
            else
            {
                asked[length++] = logged[i];
            }
        }
        return length;
    }

    private static int FromHex(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
