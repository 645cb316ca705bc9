using System.Globalization;
using Amazon.DynamoDBv2.Model;

namespace Portcullis.Aws.Tables;

/// <summary>Whole numbers as DynamoDB holds them: as attributes, and as texts in sort keys.</summary>
internal static class Number
{
    /// <summary>An attribute.</summary>
    public static AttributeValue Of(long number) => new() { N = number.ToString(CultureInfo.InvariantCulture) };

    /// <summary>A number among an item's attributes.</summary>
    public static long In(Dictionary<string, AttributeValue> item, string name) => long.Parse(item[name].N, CultureInfo.InvariantCulture);

    /// <summary>A text that sorts as the number does, which is not negative.</summary>
    public static string Sortable(long number) => number.ToString("d19", CultureInfo.InvariantCulture);

    /// <summary>The number that was written by <see cref="Sortable"/>.</summary>
    public static long OfSortable(ReadOnlySpan<char> text) => long.Parse(text, CultureInfo.InvariantCulture);
}
