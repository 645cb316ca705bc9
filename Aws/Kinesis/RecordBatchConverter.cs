using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Portcullis.Aws.Kinesis;

/// <summary>Reads GetRecords' answer: base64 goes from the answer's bytes to the batch's, without an object per record.</summary>
internal sealed class RecordBatchConverter : JsonConverter<RecordBatch>
{
    public override RecordBatch Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException();
        var batch = new RecordBatch();
        try
        {
            while (ReadName(ref reader))
            {
                if (reader.ValueTextEquals("Records"u8))
                    ReadRecords(ref reader, batch);
                else if (reader.ValueTextEquals("NextShardIterator"u8))
                    batch.NextIterator = ReadValue(ref reader).GetString();
                else if (reader.ValueTextEquals("MillisBehindLatest"u8))
                    batch.MillisBehindLatest = ReadValue(ref reader).TokenType == JsonTokenType.Null ? 0 : reader.GetInt64();
                else
                    Pass(ref reader);
            }
            return batch;
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }

    public override void Write(Utf8JsonWriter writer, RecordBatch value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Batches are read only.");

    private static void ReadRecords(ref Utf8JsonReader reader, RecordBatch batch)
    {
        if (ReadValue(ref reader).TokenType != JsonTokenType.StartArray)
            throw new JsonException();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            batch.Open();
            while (ReadName(ref reader))
            {
                if (reader.ValueTextEquals("Data"u8))
                    batch.AddContent(TextOf(ref ReadValue(ref reader)));
                else if (reader.ValueTextEquals("SequenceNumber"u8))
                    batch.AddNumber(TextOf(ref ReadValue(ref reader)));
                else
                    Pass(ref reader);
            }
        }
        if (reader.TokenType != JsonTokenType.EndArray)
            throw new JsonException();
    }

    /// <summary>Goes on to the next property's name; false at the object's end.</summary>
    private static bool ReadName(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    private static ref Utf8JsonReader ReadValue(ref Utf8JsonReader reader)
    {
        reader.Read();
        return ref reader;
    }

    private static void Pass(ref Utf8JsonReader reader)
    {
        if (!reader.TrySkip())
            throw new JsonException();
    }

    private static ReadOnlySpan<byte> TextOf(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw new JsonException();
        if (!reader.ValueIsEscaped && !reader.HasValueSequence)
            return reader.ValueSpan;
        // JSON may write base64's slash escaped.
        var unescaped = new byte[reader.HasValueSequence ? checked((int)reader.ValueSequence.Length) : reader.ValueSpan.Length];
        return unescaped.AsSpan(0, reader.CopyString(unescaped));
    }
}
