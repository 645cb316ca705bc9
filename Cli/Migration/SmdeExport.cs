using System.Globalization;
using System.Text.RegularExpressions;
using Portcullis.Assets;
using Portcullis.Tokens;

namespace Portcullis.Cli.Migration;

/// <summary>Reads exports of SMDE's asset table, row by row, the wrong ones with what is wrong with them.</summary>
internal static partial class SmdeExport
{
    /// <param name="exports">The exports.</param>
    /// <param name="format">Format of the assets to make.</param>
    /// <param name="arming">Whether verdicts on them are enforced.</param>
    /// <param name="now">Epoch seconds.</param>
    public static List<ImportedRow> Read(IEnumerable<SmdeSource> exports, TokenFormat format, Arming arming, long now)
    {
        var rows = new List<ImportedRow>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (file, text) in exports)
        {
            var reading = SmdeAssets.Read(text);
            var ofFile = new List<(int Number, ImportedRow Row)>();
            foreach (var asset in reading.Assets)
            {
                var migration = SmdeMigration.Of(asset, format, arming, now);
                var row = new ImportedRow(file, $"assets[{asset.Row}]", asset.Id, migration.Errors, migration.Notes) { Asset = migration.Asset };
                ofFile.Add((asset.Row, ids.Add(asset.Id) ? row : row.Refused("id", "occurs in an earlier file")));
            }
            foreach (var errors in reading.Errors.GroupBy(error => Row().Match(error.Field).Value))
            {
                var row = new ImportedRow(file, errors.Key, null, [.. errors.Select(error => error with { Field = error.Field[errors.Key.Length..].TrimStart('.') })], []);
                ofFile.Add((int.TryParse(Row().Match(errors.Key).Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var number) ? number : 0, row));
            }
            rows.AddRange(ofFile.OrderBy(entry => entry.Number).Select(entry => entry.Row));
        }
        return rows;
    }

    [GeneratedRegex(@"^assets(?:\[(\d+)\])?")]
    private static partial Regex Row();
}
