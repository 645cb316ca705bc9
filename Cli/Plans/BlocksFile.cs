using System.Globalization;
using Portcullis.Enforcement;
using Portcullis.Revocations;
using Portcullis.Tokens;

namespace Portcullis.Cli.Plans;

/// <summary>
/// Reads a file of what to block: a line per sid, or <c>tag_</c> for a whole account, optionally followed by a tab and the end in epoch seconds,
/// and by another tab and the heat. Earlier lines go before later ones of the same heat.
/// </summary>
/// <remarks>Empty lines and lines that begin with # are passed over. Subjects given twice are one, with the later end and the greater heat.</remarks>
internal static class BlocksFile
{
    /// <summary>When a line that names no end ends: as good as never, and as long in the store as any other.</summary>
    public const long NoEnd = 9_999_999_999;

    /// <exception cref="FormatException">The file cannot be read, or is wrong somewhere; the message names the line.</exception>
    public static IReadOnlyList<Block> Read(string path)
    {
        try
        {
            return Parse(File.ReadLines(path), path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"cannot read --sids: {unreadable.Message}");
        }
    }

    /// <inheritdoc cref="Read"/>
    /// <param name="lines">The lines.</param>
    /// <param name="name">The file's name for messages.</param>
    public static IReadOnlyList<Block> Parse(IEnumerable<string> lines, string name)
    {
        var blocks = new List<Block>();
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            if (line.Length > 0 && line[0] != '#')
                blocks.Add(ParseLine(line, mistake => new FormatException($"{name}, line {number}: {mistake}")));
        }
        return blocks;
    }

    private static Block ParseLine(string line, Func<string, FormatException> fault)
    {
        var fields = line.Split('\t');
        if (fields.Length > 3)
            throw fault($"has {fields.Length} fields separated by tabs; allowed are a sid or an account tag with an underscore, its end and its heat");
        return new Block(SubjectOf(fields[0], fault), UntilOf(fields.ElementAtOrDefault(1) ?? "", fault), HeatOf(fields.ElementAtOrDefault(2) ?? "", fault));
    }

    private static Subject SubjectOf(string text, Func<string, FormatException> fault)
    {
        if (text is [.. var tag, '_'] && SessionId.IsAccountTag(tag))
            return Subject.Account(tag);
        // A mistake may have put a token here, so what is wrong is not shown.
        return SessionId.IsValid(text)
            ? Subject.Session(text)
            : throw fault($"must be a sid of 1 to {SessionId.MaxLength} characters of A-Za-z0-9_-, or an account tag of {SessionId.AccountTagLength} characters of A-Za-z0-9 and an underscore");
    }

    private static long UntilOf(string text, Func<string, FormatException> fault)
    {
        if (text.Length == 0)
            return NoEnd;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var until) && until <= NoEnd
            ? until
            : throw fault($"until must be epoch seconds from 0 to {NoEnd}, or empty for no end");
    }

    private static double HeatOf(string text, Func<string, FormatException> fault)
    {
        if (text.Length == 0)
            return 0;
        return double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var heat) && double.IsFinite(heat)
            ? heat
            : throw fault("heat must be a number from 0, or empty for 0");
    }
}
