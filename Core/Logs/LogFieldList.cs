namespace Portcullis.Logs;

/// <summary>The configured order of fields in a real-time log line.</summary>
public sealed class LogFieldList
{
    /// <summary>The list that Portcullis' own real-time log configuration delivers.</summary>
    public const string DefaultText =
        "timestamp c-ip sc-status sc-bytes cs-method cs-host cs-uri-stem x-edge-location x-edge-request-id time-taken cs-user-agent cs-referer "
        + "x-edge-result-type sc-content-type sc-range-start sc-range-end x-edge-detailed-result-type c-country asn cmcd-object-duration "
        + "cmcd-object-type cmcd-playback-rate cmcd-session-id viewer-request-log-data";

    /// <summary>Most fields a list may have: CloudFront knows 71.</summary>
    public const int MaxFields = 128;

    /// <summary>The parsed <see cref="DefaultText"/>.</summary>
    public static readonly LogFieldList Default = Parse(DefaultText);

    private readonly LogField[] _fields;

    private LogFieldList(LogField[] fields, string text)
    {
        _fields = fields;
        Text = text;
    }

    /// <summary>The fields in order.</summary>
    public ReadOnlySpan<LogField> Fields => _fields;

    /// <summary>How many fields a line must have.</summary>
    public int Count => _fields.Length;

    /// <summary>The names, separated by single spaces.</summary>
    public string Text { get; }

    /// <summary>Parses names separated by blanks, tabs or commas, optionally after <c>#Fields:</c>.</summary>
    /// <exception cref="FormatException">The list is empty or too long, names a field twice that is read, or lacks one that is needed.</exception>
    public static LogFieldList Parse(string text)
    {
        if (text.StartsWith("#Fields:", StringComparison.OrdinalIgnoreCase))
            text = text["#Fields:".Length..];
        var names = text.Split([' ', '\t', ',', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
        if (names.Length is 0 or > MaxFields)
            throw new FormatException($"A field list has 1 to {MaxFields} names; this one has {names.Length}.");
        var fields = Array.ConvertAll(names, FieldOf);
        foreach (var twice in fields.Where(field => field != LogField.Other).GroupBy(field => field).Where(group => group.Count() > 1))
            throw new FormatException($"The field list names '{NameOf(twice.Key)}' {twice.Count()} times.");
        foreach (var needed in (LogField[])[LogField.Timestamp, LogField.ClientIp, LogField.Status, LogField.Uri])
        {
            if (!fields.Contains(needed))
                throw new FormatException($"The field list lacks '{NameOf(needed)}', which is needed.");
        }
        return new LogFieldList(fields, string.Join(' ', names));
    }

    private static LogField FieldOf(string name)
    {
        for (var field = LogField.Timestamp; field <= LogField.LogData; field++)
        {
            if (NameOf(field).Equals(name, StringComparison.OrdinalIgnoreCase))
                return field;
        }
        return LogField.Other;
    }

    private static string NameOf(LogField field) => field switch
    {
        LogField.Timestamp => "timestamp",
        LogField.ClientIp => "c-ip",
        LogField.Status => "sc-status",
        LogField.Bytes => "sc-bytes",
        LogField.Method => "cs-method",
        LogField.Host => "cs-host",
        LogField.Uri => "cs-uri-stem",
        LogField.EdgeLocation => "x-edge-location",
        LogField.RequestId => "x-edge-request-id",
        LogField.TimeTaken => "time-taken",
        LogField.UserAgent => "cs-user-agent",
        LogField.Referer => "cs-referer",
        LogField.ResultType => "x-edge-result-type",
        LogField.ContentType => "sc-content-type",
        LogField.RangeStart => "sc-range-start",
        LogField.RangeEnd => "sc-range-end",
        LogField.DetailedResultType => "x-edge-detailed-result-type",
        LogField.Country => "c-country",
        LogField.Asn => "asn",
        LogField.CmcdObjectDuration => "cmcd-object-duration",
        LogField.CmcdObjectType => "cmcd-object-type",
        LogField.CmcdPlaybackRate => "cmcd-playback-rate",
        LogField.CmcdSessionId => "cmcd-session-id",
        LogField.LogData => "viewer-request-log-data",
        _ => "",
    };
}
