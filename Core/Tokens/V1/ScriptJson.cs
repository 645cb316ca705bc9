using System.Globalization;
using System.Text;

namespace Portcullis.Tokens.V1;

/// <summary>Writes JSON text as JavaScript's <c>JSON.stringify</c> does (ECMA-262, section 25.5.2), byte for byte.</summary>
/// <remarks>
/// .NET's writers escape more: supplementary characters, and control characters in upper-case hexadecimal. A token that is minted
/// anew must have the same bytes as SMDE's.
/// </remarks>
internal static class ScriptJson
{
    public static StringBuilder AppendText(this StringBuilder json, string text)
    {
        json.Append('"');
        foreach (var character in text)
        {
            _ = character switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append(@"\\"),
                '\b' => json.Append(@"\b"),
                '\f' => json.Append(@"\f"),
                '\n' => json.Append(@"\n"),
                '\r' => json.Append(@"\r"),
                '\t' => json.Append(@"\t"),
                < ' ' => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => json.Append(character),
            };
        }
        return json.Append('"');
    }

    public static StringBuilder AppendTexts(this StringBuilder json, IReadOnlyList<string> texts)
    {
        json.Append('[');
        for (var i = 0; i < texts.Count; i++)
        {
            if (i > 0)
                json.Append(',');
            json.AppendText(texts[i]);
        }
        return json.Append(']');
    }

    public static StringBuilder AppendTruth(this StringBuilder json, bool value) => json.Append(value ? "true" : "false");
}
