using Microsoft.Extensions.Logging;

namespace Portcullis.Aws.Kinesis;

/// <content>What an operator should know.</content>
public sealed partial class KinesisLogStream
{
    [LoggerMessage(Level = LogLevel.Error, Message = "The shards of stream {Stream} cannot be followed; it is tried again: {Reason}")]
    private partial void LogListingFailed(string stream, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Reading shard {Shard} of stream {Stream} failed; it is tried again: {Reason}")]
    private partial void LogReadingFailed(string shard, string stream, string reason, Exception? error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Shard {Shard} of stream {Stream} may have deleted records before they were read; reading goes on with the oldest that it keeps")]
    private partial void LogGap(string shard, string stream);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Shard {Shard} was not read to its end and stream {Stream} no longer keeps it: its last records are lost")]
    private partial void LogShardGone(string shard, string stream);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Stream {Stream} was deleted and created anew: shard {Shard} is read from its beginning, and what the earlier stream held is lost")]
    private partial void LogEarlierStream(string stream, string shard);

    [LoggerMessage(Level = LogLevel.Error, Message = "Shard {Shard} of stream {Stream} was claimed by another process; its reading ends here")]
    private partial void LogFenced(string shard, string stream);
}
