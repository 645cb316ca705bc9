using System.Text.Json.Serialization;
using Portcullis.Assets;

namespace Portcullis.Cli.Migration;

/// <summary>What became of a row of SMDE's asset table.</summary>
/// <param name="File">The export it is from.</param>
/// <param name="Row">The row, such as <c>assets[3]</c>, from 0; <c>assets</c> for the export as a whole.</param>
/// <param name="Id">The asset's id; null where it cannot be read.</param>
/// <param name="Errors">Why it is refused; empty where it is not.</param>
/// <param name="Notes">What becomes different.</param>
internal sealed record ImportedRow(
    string File, string Row, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Id, IReadOnlyList<FieldError> Errors, IReadOnlyList<FieldError> Notes)
{
    /// <summary>The asset to store; null where the row is refused.</summary>
    [JsonIgnore]
    public Asset? Asset { get; init; }

    [JsonIgnore]
    public bool IsRefused => Errors.Count > 0;

    public ImportedRow Refused(string field, string error) => this with { Asset = null, Errors = [.. Errors, new FieldError(field, error)] };

    /// <summary>The errors as lines: file, row, field, what is allowed.</summary>
    public IEnumerable<string> ErrorLines() => Errors.Select(error => $"{File}: {Row}{(error.Field.Length == 0 ? "" : $".{error.Field}")}{(Id is null ? "" : $" ('{Id}')")}: {error.Error}");

    public IEnumerable<string> NoteLines() => Notes.Select(note => $"  {note.Field}: {note.Error}");
}
