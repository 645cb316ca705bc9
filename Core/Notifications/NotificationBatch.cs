using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Portcullis.Notifications;

/// <summary>The body of a post: <c>{version, delivery, events: […]}</c>.</summary>
public static class NotificationBatch
{
    /// <summary>Version of the body's form. Fields may be added to a version; none is removed or changed.</summary>
    public const int Version = 1;

    /// <summary>Most notifications in one post.</summary>
    public const int MostEvents = 100;

    /// <summary>Writes the body.</summary>
    /// <param name="delivery">Id of the delivery, the same at each attempt.</param>
    /// <param name="events">The JSON of each notification, in order.</param>
    public static byte[] Write(string delivery, IEnumerable<string> events)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("version"u8, Version);
            json.WriteString("delivery"u8, delivery);
            json.WriteStartArray("events"u8);
            foreach (var text in events)
                json.WriteRawValue(Encoding.UTF8.GetBytes(text), skipInputValidation: true);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}
