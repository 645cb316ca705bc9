using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Portcullis.Notifications;

/// <summary>Something that webhooks are told. Its JSON is made once, so that every attempt at every receiver says the same.</summary>
/// <param name="Id">Identifies it at the receiver, who may get it more than once; <c>evt_</c> and 24 hexadecimal digits.</param>
/// <param name="Type">One of <see cref="NotificationTypes"/>.</param>
/// <param name="At">When it happened.</param>
/// <param name="Json"><c>{id, type, at, data}</c>, in ASCII.</param>
public sealed record Notification(string Id, string Type, DateTimeOffset At, string Json)
{
    /// <summary>How notifications are written: the default encoder leaves ASCII only, which no receiver's framework rewrites before it is verified.</summary>
    internal static readonly JsonSerializerOptions Written = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Something that happens once, under a new id.</summary>
    /// <param name="type">One of <see cref="NotificationTypes"/>.</param>
    /// <param name="at">When it happened.</param>
    /// <param name="data">What there is to say; must hold no token, no address and no secret.</param>
    public static Notification Of(string type, DateTimeOffset at, object data) => Of(IdOf(RandomNumberGenerator.GetBytes(16)), type, at, data);

    internal static Notification Of(string id, string type, DateTimeOffset at, object data)
    {
        at = at.ToUniversalTime();
        return new(id, type, at, JsonSerializer.Serialize(new Envelope(id, type, at, data), Written));
    }

    /// <summary>An id made of what identifies the event.</summary>
    internal static string IdOf(ReadOnlySpan<byte> origin) => "evt_" + Convert.ToHexStringLower(SHA256.HashData(origin).AsSpan(0, 12));

    private sealed record Envelope(string Id, string Type, DateTimeOffset At, object Data);
}
