using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Portcullis.Cli.Tokens;

/// <summary>Reads the files of the token commands as the API reads its bodies: no field unknown, none twice, none of another type.</summary>
/// <remarks>What is told about a wrong file names the field and never repeats a value: these files hold secrets.</remarks>
internal static partial class StrictJson
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        PropertyNameCaseInsensitive = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        NumberHandling = JsonNumberHandling.Strict,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <param name="option">The option that named the file, for messages.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="FormatException">The file cannot be read or is no <typeparamref name="T"/>; the message names the field.</exception>
    public static T Read<T>(string option, string path)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(ReadText(option, path), Strict) ?? throw new FormatException($"{option} {path}: holds null instead of an object");
        }
        catch (JsonException mistake)
        {
            throw new FormatException($"{option} {path}: {Fault(mistake)}");
        }
    }

    /// <param name="option">The option that named the file, for messages.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="FormatException">The file cannot be read.</exception>
    public static string ReadText(string option, string path)
    {
        try
        {
            return File.ReadAllText(path, Utf8);
        }
        catch (DecoderFallbackException)
        {
            throw new FormatException($"{option} {path}: is not in UTF-8");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new FormatException($"{option}: cannot read '{path}': {unreadable.Message}");
        }
    }

    // The serializer tells its reasons in words only; only names, which it quotes, are taken over.
    private static string Fault(JsonException mistake)
    {
        var path = mistake.Path is null or "$" ? "" : mistake.Path.TrimStart('$').TrimStart('.');
        var message = mistake.Message;
        if (message.Contains("missing required properties", StringComparison.Ordinal))
            return $"{Join(path, Quoted().Match(message[message.IndexOf("including", StringComparison.Ordinal)..]))} is required";
        if (message.Contains("could not be mapped to any .NET member", StringComparison.Ordinal))
            return $"{Join(path, Quoted().Match(message))} is not a known field";
        if (message.StartsWith("Duplicate property", StringComparison.Ordinal))
            return $"{Join(path, Quoted().Match(message))} occurs twice";
        if (message.Contains("allow setting null values", StringComparison.Ordinal))
            return $"{Join(path, Quoted().Match(message))} must not be null";
        return message.Contains("could not be converted", StringComparison.Ordinal)
            ? $"{(path.Length == 0 ? "the file" : path)} has a value of the wrong type or out of range"
            : $"is not valid JSON (line {mistake.LineNumber + 1}, byte {mistake.BytePositionInLine + 1}{(path.Length == 0 ? "" : $", in {path}")})";
    }

    private static string Join(string path, Match name) =>
        !name.Success || path == name.Groups[1].Value || path.EndsWith("." + name.Groups[1].Value, StringComparison.Ordinal) ? path
        : path.Length == 0 ? name.Groups[1].Value : $"{path}.{name.Groups[1].Value}";

    [GeneratedRegex("'([^']{1,64})'")]
    private static partial Regex Quoted();
}
