using System.Text.Encodings.Web;
using System.Text.Json;

namespace Portcullis.Cli.Tokens;

/// <summary>The one line of JSON that a token command prints for scripts.</summary>
internal static class TokenJson
{
    private static readonly JsonSerializerOptions Written = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text<T>(T report) => JsonSerializer.Serialize(report, Written);
}
