using System.CommandLine;
using System.IO.Compression;
using System.Text;
using Portcullis.Aws;
using Portcullis.Aws.Migration;

namespace Portcullis.Cli.Migration;

/// <summary>Rows of a table of SMDE, from a file or from DynamoDB.</summary>
/// <param name="Name">The file or the table.</param>
/// <param name="Text">The rows, as JSON.</param>
internal sealed record SmdeSource(string Name, string Text);

/// <summary>The arguments by which an import is told where the rows are.</summary>
internal sealed class SmdeSourceOptions
{
    private readonly Argument<string[]> _files;
    private readonly Option<string?> _table = new("--table") { Description = "Read the rows from this DynamoDB table instead of files; credentials by AWS's standard chain.", HelpName = "NAME" };
    private readonly Option<string?> _region = new("--region") { Description = "The table's region (default: AWS_REGION).", HelpName = "REGION" };
    private readonly Option<Uri?> _endpoint = new("--endpoint") { Description = "Where DynamoDB answers, when not at the region's own endpoint.", HelpName = "URL" };

    /// <param name="command">The import.</param>
    /// <param name="rows">What the rows are, such as <c>asset</c>.</param>
    public SmdeSourceOptions(Command command, string rows)
    {
        _files = new("FILE")
        {
            Description = $"SMDE's {rows} rows: what aws dynamodb scan prints, an export to S3 (.gz too), an array, or a row per line.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        command.Add(_files);
        command.Add(_table);
        command.Add(_region);
        command.Add(_endpoint);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_files) is { Length: > 0 } == result.GetValue(_table) is not null)
                result.AddError("give either files or --table");
            else if (result.GetValue(_table) is not null && Region(result.GetValue(_region)) is null)
                result.AddError("--table needs --region, or AWS_REGION in the environment");
        });
    }

    /// <summary>Reads the rows.</summary>
    /// <exception cref="FormatException">A file or the table cannot be read.</exception>
    public async Task<List<SmdeSource>> ReadAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        if (parse.GetValue(_table) is not { } table)
            return [.. parse.GetRequiredValue(_files).Select(file => new SmdeSource(file, ReadText(file)))];
        var connection = new AwsConnection { Region = Region(parse.GetValue(_region))! };
        if (parse.GetValue(_endpoint) is { } endpoint)
            connection = connection with { Endpoints = new Dictionary<string, Uri> { ["dynamodb"] = endpoint } };
        return [new SmdeSource(table, await SmdeTable.ReadAsync(connection, table, cancellationToken))];
    }

    private static string? Region(string? option) => option ?? (Environment.GetEnvironmentVariable("AWS_REGION") is { Length: > 0 } region ? region : null);

    private static string ReadText(string file)
    {
        try
        {
            using Stream bytes = File.OpenRead(file);
            using Stream text = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(bytes, CompressionMode.Decompress) : bytes;
            using var reader = new StreamReader(text, new UTF8Encoding(false, throwOnInvalidBytes: true));
            return reader.ReadToEnd();
        }
        catch (DecoderFallbackException)
        {
            throw new FormatException($"{file} is not in UTF-8");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new FormatException($"cannot read '{file}': {unreadable.Message}");
        }
    }
}
