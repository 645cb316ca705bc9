using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Portcullis.Aws.Tables;

namespace Portcullis.Aws.Migration;

/// <summary>Reads a table of SMDE where it lies: every page, as the text of an export.</summary>
public static class SmdeTable
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads all rows, each as a line <c>{"Item":{…}}</c> of DynamoDB's typed JSON.</summary>
    /// <param name="connection">Region and credentials; the action <c>dynamodb:Scan</c> on the table is needed.</param>
    /// <param name="table">The table's name.</param>
    /// <param name="cancellation">Ends the read.</param>
    /// <exception cref="FormatException">The table cannot be read; the message says why.</exception>
    public static async Task<string> ReadAsync(AwsConnection connection, string table, CancellationToken cancellation)
    {
        try
        {
            using var client = TableClient.Connect(connection);
            using var buffer = new MemoryStream();
            var pages = client.Paginators.Scan(new ScanRequest { TableName = table, ConsistentRead = true }).Responses;
            await foreach (var page in pages.WithCancellation(cancellation).ConfigureAwait(false))
            {
                foreach (var item in page.Items ?? [])
                    WriteLine(buffer, item);
            }
            return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
        }
        catch (Exception error) when (error is AmazonServiceException or AmazonClientException || Unanswered.Is(error, cancellation))
        {
            throw new FormatException($"cannot read the table '{table}' in {connection.Region}: {error.Message}", error);
        }
    }

    private static void WriteLine(MemoryStream buffer, Dictionary<string, AttributeValue> item)
    {
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.WritePropertyName("Item");
            Write(json, item);
            json.WriteEndObject();
        }
        buffer.WriteByte((byte)'\n');
    }

    private static void Write(Utf8JsonWriter json, Dictionary<string, AttributeValue> map)
    {
        json.WriteStartObject();
        foreach (var (name, value) in map)
        {
            json.WritePropertyName(name);
            Write(json, value);
        }
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, AttributeValue value)
    {
        json.WriteStartObject();
        if (value.S is not null)
            json.WriteString("S", value.S);
        else if (value.N is not null)
            json.WriteString("N", value.N);
        else if (value.BOOL is { } truth)
            json.WriteBoolean("BOOL", truth);
        else if (value.IsMSet)
        {
            json.WritePropertyName("M");
            Write(json, value.M);
        }
        else if (value.IsLSet)
        {
            json.WriteStartArray("L");
            foreach (var element in value.L)
                Write(json, element);
            json.WriteEndArray();
        }
        else if (value.SS is { Count: > 0 } texts)
            WriteTexts(json, "SS", texts);
        else if (value.NS is { Count: > 0 } numbers)
            WriteTexts(json, "NS", numbers);
        else
            // Null; SMDE's tables hold no binary values.
            json.WriteBoolean("NULL", true);
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string type, List<string> texts)
    {
        json.WriteStartArray(type);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
