namespace Portcullis.Logs;

/// <summary>What is wrong with a log line.</summary>
public enum LineFault
{
    /// <summary>Nothing: the line was parsed.</summary>
    None = 0,

    /// <summary>Longer than <see cref="LogLineParser.MaxLength"/>.</summary>
    TooLong,

    /// <summary>Bytes that are no UTF-8.</summary>
    Encoding,

    /// <summary>More or fewer fields than the list has.</summary>
    FieldCount,

    /// <summary>The timestamp is no epoch second between 2001 and 2286.</summary>
    Timestamp,

    /// <summary>The client address is none.</summary>
    Address,

    /// <summary>The status is no number of three digits.</summary>
    Status,
}
