using System.Text;

namespace Portcullis.Traffic.Devices;

/// <summary>The URL-encoding of logged header values.</summary>
internal static class LogEncoding
{
    /// <summary>Encodes control characters, blanks, what is no ASCII, and <c>" # % &lt; &gt; [ \ ] ^ ` { | } ~</c>, as CloudFront documents.</summary>
    public static byte[] Encode(string value)
    {
        var encoded = new StringBuilder(value.Length + 32);
        foreach (var octet in Encoding.UTF8.GetBytes(value))
        {
            if (octet is <= 32 or >= 127 or (byte)'"' or (byte)'#' or (byte)'%' or (byte)'<' or (byte)'>' or (byte)'[' or (byte)'\\' or (byte)']'
                or (byte)'^' or (byte)'`' or (byte)'{' or (byte)'|' or (byte)'}' or (byte)'~')
                encoded.Append('%').Append("0123456789ABCDEF"[octet >> 4]).Append("0123456789ABCDEF"[octet & 15]);
            else
                encoded.Append((char)octet);
        }
        return Encoding.ASCII.GetBytes(encoded.ToString());
    }
}
