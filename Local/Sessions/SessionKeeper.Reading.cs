using Microsoft.Extensions.Logging;
using Portcullis.Engine;
using Portcullis.Media;
using Portcullis.Sessions;

namespace Portcullis.Local.Sessions;

/// <content>What is read back; what cannot be is left out and said.</content>
public sealed partial class SessionKeeper
{
    private static async Task<MediaReader> LoadMediaAsync(ISessionRecords records, ILogger log, CancellationToken cancellation)
    {
        try
        {
            return await records.LoadDocumentAsync(Titles, cancellation).ConfigureAwait(false) is { } content ? MediaReader.OfBytes(content) : new MediaReader();
        }
        catch (InvalidDataException error)
        {
            LogUnreadableTitles(log, error.Message);
            return new MediaReader();
        }
    }

    private SessionState? Read(string sid, byte[] record)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(record));
            return SessionState.Read(sid, reader, _sessions.Agents);
        }
        catch (Exception error) when (error is InvalidDataException or IOException or FormatException or ArgumentException)
        {
            LogUnreadableSession(_log, sid, error.Message);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The kept state of session {Sid} cannot be read and is left out: {Reason}")]
    private static partial void LogUnreadableSession(ILogger log, string sid, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What was learned of titles cannot be read and is learned anew: {Reason}")]
    private static partial void LogUnreadableTitles(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Sessions could not be saved, it is tried again: {Reason}")]
    private static partial void LogNotSaved(ILogger log, string reason);
}
