using System.Text.Json;

namespace Portcullis.Cli.Output;

/// <summary>Renders any JSON value as an aligned tree: scalars as <c>key  value</c>, lists of like objects as tables.</summary>
internal static class JsonTree
{
    private const int Indent = 2;

    public static IEnumerable<string> Lines(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => Members(value),
        JsonValueKind.Array => Items(value),
        _ => [Scalar(value)],
    };

    private static IEnumerable<string> Members(JsonElement value)
    {
        var members = value.EnumerateObject().ToList();
        var width = members.Where(m => !IsNested(m.Value)).Select(m => m.Name.Length).DefaultIfEmpty().Max();
        foreach (var member in members)
        {
            if (!IsNested(member.Value))
            {
                yield return $"{member.Name.PadRight(width)}  {Scalar(member.Value)}";
                continue;
            }

            yield return member.Name;
            foreach (var line in Lines(member.Value))
            {
                yield return new string(' ', Indent) + line;
            }
        }
    }

    private static IEnumerable<string> Items(JsonElement list)
    {
        var items = list.EnumerateArray().ToList();
        if (items.All(IsFlatObject))
        {
            return Table(items);
        }

        return items.SelectMany(item => Lines(item).Select((line, i) => (i == 0 ? "- " : "  ") + line));
    }

    private static IEnumerable<string> Table(List<JsonElement> rows)
    {
        var columns = rows.SelectMany(row => row.EnumerateObject().Select(m => m.Name)).Distinct().ToArray();
        var table = new TextTable(columns);
        foreach (var row in rows)
        {
            table.Add([.. columns.Select(c => row.TryGetProperty(c, out var cell) ? Scalar(cell) : null)]);
        }

        return table.Lines();
    }

    private static bool IsFlatObject(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && value.EnumerateObject().Any() && !value.EnumerateObject().Any(m => IsNested(m.Value));

    private static bool IsNested(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Any(),
        JsonValueKind.Array => value.EnumerateArray().Any(item => item.ValueKind is JsonValueKind.Object or JsonValueKind.Array),
        _ => false,
    };

    private static string Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined or JsonValueKind.Object => "-",
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        JsonValueKind.Array when value.GetArrayLength() == 0 => "-",
        JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(Scalar)),
        JsonValueKind.String when value.GetString() is { Length: > 0 } text => text,
        JsonValueKind.String => "-",
        _ => value.GetRawText(),
    };
}
