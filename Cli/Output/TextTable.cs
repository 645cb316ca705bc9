namespace Portcullis.Cli.Output;

/// <summary>Lines of a table whose columns are aligned by padding.</summary>
/// <param name="header">Column titles.</param>
internal sealed class TextTable(params string[] header)
{
    private readonly List<string[]> _rows = [header];

    public void Add(params string?[] cells) => _rows.Add([.. cells.Select(static c => string.IsNullOrEmpty(c) ? "-" : c)]);

    public IEnumerable<string> Lines()
    {
        var widths = Enumerable.Range(0, header.Length).Select(column => _rows.Max(row => row[column].Length)).ToArray();
        return _rows.Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
