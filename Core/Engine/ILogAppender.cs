namespace Portcullis.Engine;

/// <summary>Where an edge writes its log lines: the producing end of a log stream.</summary>
public interface ILogAppender
{
    /// <summary>Hands over one line without its line feed. Never blocks and never throws.</summary>
    /// <param name="line">UTF-8, tab-separated, in the stream's field list.</param>
    /// <returns>False when the line was dropped (the stream cannot be written); drops are counted by the stream.</returns>
    bool TryAppend(ReadOnlySpan<byte> line);
}
