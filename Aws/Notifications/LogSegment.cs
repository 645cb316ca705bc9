using System.Collections.Immutable;
using Amazon.DynamoDBv2.Model;
using Portcullis.Aws.Tables;

namespace Portcullis.Aws.Notifications;

/// <summary>What was written into the log of notifications at once, as one item: so it is there whole or not at all.</summary>
/// <param name="First">The number of its first notification, and its sort key. One without notifications takes a number all the same.</param>
/// <param name="Last">The number of its last notification; the next segment begins behind it.</param>
/// <param name="Cursor">The sequence of the last decision of the ledger that was told, when it was written.</param>
/// <param name="Totals">How many notifications of each type there ever were, up to its end.</param>
/// <param name="Writer">Whose write it is: who does not know whether a write was kept finds out by it.</param>
/// <param name="Created">When it was written.</param>
/// <param name="Events">Type and JSON of its notifications, in order.</param>
internal sealed record LogSegment(
    long First, long Last, long Cursor, ImmutableDictionary<string, long> Totals, string Writer, DateTimeOffset Created, IReadOnlyList<(string Type, string Json)> Events)
{
    /// <summary>What stands before everything.</summary>
    public static readonly LogSegment None = new(0, 0, 0, ImmutableDictionary<string, long>.Empty, "", default, []);

    /// <summary>How many notifications of some types there ever were, up to its end.</summary>
    public long TotalOf(IEnumerable<string> types) => types.Sum(type => Totals.GetValueOrDefault(type));

    /// <summary>The segment that follows.</summary>
    public LogSegment Followed(long cursor, IReadOnlyList<(string Type, string Json)> events, string writer, DateTimeOffset created) => new(
        Last + 1, Last + Math.Max(1, events.Count), cursor, events.Aggregate(Totals, (totals, one) => totals.SetItem(one.Type, totals.GetValueOrDefault(one.Type) + 1)), writer, created, events);

    public Dictionary<string, AttributeValue> ToItem() => new()
    {
        [DynamoTable.Partition] = new(WebhookItems.Log),
        [DynamoTable.Sort] = new(Number.Sortable(First)),
        [nameof(Last)] = Number.Of(Last),
        [nameof(Cursor)] = Number.Of(Cursor),
        [nameof(Totals)] = WebhookItems.Json(Totals),
        [nameof(Writer)] = new(Writer),
        [nameof(Created)] = Number.Of(Created.ToUnixTimeMilliseconds()),
        [nameof(Events)] = new() { L = [.. Events.Select(one => new AttributeValue { L = [new(one.Type), new(one.Json)] })], IsLSet = true },
    };

    public static LogSegment Of(Dictionary<string, AttributeValue> item) => new(
        Number.OfSortable(item[DynamoTable.Sort].S), Number.In(item, nameof(Last)), Number.In(item, nameof(Cursor)),
        WebhookItems.Parse<ImmutableDictionary<string, long>>(item[nameof(Totals)]), item[nameof(Writer)].S, DateTimeOffset.FromUnixTimeMilliseconds(Number.In(item, nameof(Created))),
        [.. (item[nameof(Events)].L ?? []).Select(one => (one.L[0].S, one.L[1].S))]);
}
