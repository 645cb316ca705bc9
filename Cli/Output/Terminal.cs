using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Portcullis.Cli.Output;

/// <summary>
/// Where a command writes: results to stdout (text, or one JSON value with <c>--json</c>), diagnostics to stderr. Tokens are
/// shortened in both. Safe to call from several viewers at once.
/// </summary>
/// <param name="output">Standard output.</param>
/// <param name="error">Standard error.</param>
/// <param name="json">Whether the command was given <c>--json</c>.</param>
internal sealed class Terminal(TextWriter output, TextWriter error, bool json)
{
    private static readonly JsonSerializerOptions Written = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Lock _gate = new();

    /// <summary>The terminal of a parsed invocation.</summary>
    public static Terminal Of(ParseResult parse, bool json) =>
        new(parse.InvocationConfiguration.Output, parse.InvocationConfiguration.Error, json);

    public bool Json => json;

    /// <summary>Writes a line of text; nothing with <c>--json</c>.</summary>
    public void Line(string text = "")
    {
        if (!json)
        {
            Write(output, Printable(text));
        }
    }

    /// <summary>Writes lines of text; nothing with <c>--json</c>.</summary>
    public void Lines(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            Line(line);
        }
    }

    /// <summary>Writes the command's result as JSON; nothing without <c>--json</c>.</summary>
    public void Result<T>(T value)
    {
        if (json)
        {
            Write(output, TokenText.Shorten(JsonSerializer.Serialize(value, Written)));
        }
    }

    /// <summary>Writes a diagnostic to stderr.</summary>
    public void Diagnostic(string text) => Write(error, Printable(text));

    private void Write(TextWriter writer, string text)
    {
        lock (_gate)
        {
            writer.WriteLine(text);
            writer.Flush();
        }
    }

    // User agents and evidence come from viewers: an escape sequence among them must not reach the terminal.
    private static string Printable(string text)
    {
        var shortened = TokenText.Shorten(text);
        return shortened.Any(IsUnsafe)
            ? string.Concat(shortened.Select(static c => IsUnsafe(c) ? '\uFFFD' : c))
            : shortened;
    }

    private static bool IsUnsafe(char c) => char.IsControl(c) && c is not '\n';
}
