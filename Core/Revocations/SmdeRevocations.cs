using System.Globalization;
using System.Text.Json;
using Portcullis.Assets;
using Portcullis.Tokens;
using Portcullis.Tokens.V1;

namespace Portcullis.Revocations;

/// <summary>
/// Reads SMDE's revocations: rows <c>{session_id, type, reason, score, last_updated, ttl}</c>, each as plain JSON or DynamoDB's typed JSON,
/// in every form of export that <see cref="SmdeAssets"/> takes.
/// </summary>
public static class SmdeRevocations
{
    private const long LastSecond = 253_402_300_799;

    /// <summary>Reads all rows of a text.</summary>
    /// <returns>The revocations that can be read, and what is wrong with the others: fields start with the row, as <c>revocations[3]</c>, counted from 0.</returns>
    public static (IReadOnlyList<SmdeRevocation> Revocations, IReadOnlyList<FieldError> Errors) Read(string text)
    {
        var revocations = new List<SmdeRevocation>();
        var errors = new List<FieldError>();
        SmdeRows.Read(text, "revocations", errors, (row, number, at) =>
        {
            var before = errors.Count;
            var sid = SmdeRows.Text(row, "session_id", at, errors);
            if (sid is null || !SessionId.IsValid(sid))
                errors.Add(new($"{at}.session_id", $"must be 1 to {SessionId.MaxLength} characters of A-Z a-z 0-9 _ -"));
            var type = SmdeRows.Text(row, "type", at, errors);
            if (type is not ("AUTO" or "MANUAL"))
                errors.Add(new($"{at}.type", $"{(type is null ? "nothing" : $"'{type}'")} must be AUTO or MANUAL"));
            var reason = SmdeRows.Text(row, "reason", at, errors);
            var updated = Seconds(row, "last_updated", at, errors);
            var ends = Seconds(row, "ttl", at, errors);
            if (errors.Count == before)
                revocations.Add(new SmdeRevocation(sid!, type!, reason, updated ?? 0, ends) { Row = number });
        });
        return (revocations, errors);
    }

    /// <summary>A time; null when it is missing. Numbers of DynamoDB are texts.</summary>
    private static long? Seconds(JsonElement row, string name, string at, List<FieldError> errors)
    {
        var value = DynamoJson.Member(row, name);
        if (value.ValueKind == JsonValueKind.Undefined)
            return null;
        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : value.ValueKind == JsonValueKind.Number ? value.GetRawText() : null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= LastSecond)
            return seconds;
        errors.Add(new($"{at}.{name}", $"{DynamoJson.Shown(value)} must be a time in epoch seconds"));
        return null;
    }
}
