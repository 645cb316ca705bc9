using System.Text.Json;
using System.Text.Json.Serialization;
using Amazon.DynamoDBv2.Model;
using Portcullis.Aws.Tables;

namespace Portcullis.Aws.Notifications;

/// <summary>Where the items of webhooks lie in the state table, and how they are written.</summary>
internal static class WebhookItems
{
    /// <summary>The attribute with an item's content as JSON.</summary>
    public const string Body = "Body";

    /// <summary>Partitions of registrations, of the log of notifications, and of what was told of conditions.</summary>
    public static readonly string Registrations = Tenant.Key("webhooks"), Log = Tenant.Key("webhooks#log"), Conditions = Tenant.Key("webhooks#conditions");

    /// <summary>The partition of the lease, with one item.</summary>
    public static readonly string Lease = Tenant.Key("webhooks#lease");

    private static readonly JsonSerializerOptions Written = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>The partition of a webhook's deliveries and of its position in the log.</summary>
    public static string DeliveriesOf(string webhook) => Tenant.Key($"webhooks#deliveries#{webhook}");

    public static AttributeValue Json<T>(T body) => new(JsonSerializer.Serialize(body, Written));

    public static Dictionary<string, AttributeValue> Item<T>(string partition, string sort, T body) =>
        new() { [DynamoTable.Partition] = new(partition), [DynamoTable.Sort] = new(sort), [Body] = Json(body) };

    public static T Read<T>(Dictionary<string, AttributeValue> item) => Parse<T>(item[Body]);

    public static T Parse<T>(AttributeValue json) => JsonSerializer.Deserialize<T>(json.S, Written)!;
}
