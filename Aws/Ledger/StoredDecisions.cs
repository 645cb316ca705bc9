using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Portcullis.Aws.Ledger;

/// <summary>How decisions are written into items: JSON, many together, compressed by Brotli.</summary>
internal static class StoredDecisions
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Bytes of something before it is compressed.</summary>
    public static int SizeOf<T>(T stored) => JsonSerializer.SerializeToUtf8Bytes(stored, Options).Length;

    /// <param name="stored">What to write.</param>
    /// <param name="quality">Of the compression, 0 to 11.</param>
    public static byte[] Write<T>(T stored, int quality)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(stored, Options);
        var body = new byte[BrotliEncoder.GetMaxCompressedLength(text.Length)];
        if (!BrotliEncoder.TryCompress(text, body, out var length, quality, window: 20))
            throw new InvalidOperationException($"{text.Length} bytes could not be compressed.");
        return body[..length];
    }

    public static T Read<T>(MemoryStream body)
    {
        body.Position = 0;
        using var text = new BrotliStream(body, CompressionMode.Decompress, leaveOpen: true);
        return JsonSerializer.Deserialize<T>(text, Options)!;
    }
}
