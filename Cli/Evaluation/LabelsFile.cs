using System.Globalization;
using Portcullis.Cli.Output;
using Portcullis.Tokens;

namespace Portcullis.Cli.Evaluation;

/// <summary>
/// Reads a labels file: a line per session, <c>sid⇥label⇥firstOffence</c>, with label <c>viewer</c>, <c>shared</c>, <c>restream</c> or
/// <c>rip</c>, optionally followed by a colon and a kind, and firstOffence in epoch seconds (empty for viewers).
/// </summary>
/// <remarks>Empty lines and lines that begin with # are passed over.</remarks>
internal static class LabelsFile
{
    private const decimal LeastTime = 1_000_000_000m, MostTime = 9_999_999_999m;

    /// <exception cref="FormatException">The file cannot be read, holds no label or is wrong somewhere; the message names the line.</exception>
    public static IReadOnlyDictionary<string, SessionLabel> Read(string path)
    {
        try
        {
            return Parse(File.ReadLines(path), path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"cannot read the labels: {unreadable.Message}");
        }
    }

    /// <inheritdoc cref="Read"/>
    /// <param name="lines">The lines.</param>
    /// <param name="name">The file's name for messages.</param>
    public static IReadOnlyDictionary<string, SessionLabel> Parse(IEnumerable<string> lines, string name)
    {
        var labels = new Dictionary<string, SessionLabel>(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            if (line.Length == 0 || line[0] == '#')
                continue;
            var label = ParseLine(line, mistake => new FormatException($"{name}, line {number}: {TokenText.Shorten(mistake)}"));
            if (!labels.TryAdd(label.Sid, label))
                throw new FormatException($"{name}, line {number}: '{label.Sid}' has a label already, {labels[label.Sid].Name}");
        }
        return labels.Count > 0 ? labels : throw new FormatException($"{name} holds no label");
    }

    private static SessionLabel ParseLine(string line, Func<string, FormatException> fault)
    {
        var fields = line.Split('\t');
        if (fields.Length is not (2 or 3))
            throw fault($"has {fields.Length} fields separated by tabs instead of sid, label and firstOffence");
        // A mistake may have put a token here, so a wrong sid is not shown.
        if (!SessionId.IsValid(fields[0]))
            throw fault($"the sid must be 1 to {SessionId.MaxLength} characters of A-Za-z0-9_-");
        var colon = fields[1].IndexOf(':', StringComparison.Ordinal);
        var (className, kind) = colon < 0 ? (fields[1], "") : (fields[1][..colon], fields[1][(colon + 1)..]);
        OffenceClass offence = className switch
        {
            "viewer" => OffenceClass.Viewer,
            "shared" => OffenceClass.Shared,
            "restream" => OffenceClass.Restream,
            "rip" => OffenceClass.Rip,
            _ => throw fault($"label '{className}' must be viewer, shared, restream or rip, each with or without :kind"),
        };
        if (colon >= 0 && kind.Length == 0)
            throw fault($"label '{fields[1]}' names no kind behind its colon");
        var time = fields.Length == 3 ? fields[2].Trim() : "";
        if (offence == OffenceClass.Viewer)
            return time.Length == 0 ? new SessionLabel(fields[0], offence, kind, null) : throw fault($"firstOffence '{time}' must be empty for a viewer");
        if (!decimal.TryParse(time, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var first) || first is < LeastTime or > MostTime)
            throw fault($"firstOffence '{time}' must be the epoch second at which the offence begins");
        return new SessionLabel(fields[0], offence, kind, first);
    }
}
