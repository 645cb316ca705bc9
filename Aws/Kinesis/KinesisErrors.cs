using Amazon.Runtime;

namespace Portcullis.Aws.Kinesis;

/// <summary>What Kinesis means by its errors.</summary>
internal static class KinesisErrors
{
    /// <summary>The shard, or the account, was asked too often.</summary>
    public static bool IsThrottling(this AmazonServiceException error) =>
        error.ErrorCode is "ProvisionedThroughputExceededException" or "LimitExceededException" or "ThrottlingException" or "KMSThrottlingException";

    /// <summary>An iterator is older than five minutes.</summary>
    public static bool IsExpiredIterator(this AmazonServiceException error) => error.ErrorCode == "ExpiredIteratorException";

    /// <summary>A sequence number, or a time, is none that the shard knows.</summary>
    public static bool IsInvalidArgument(this AmazonServiceException error) => error.ErrorCode == "InvalidArgumentException";

    /// <summary>An error in words for an operator.</summary>
    public static string Describe(Exception error, string stream) => error switch
    {
        AmazonServiceException { ErrorCode: "ResourceNotFoundException" } => $"The stream '{stream}' does not exist in this region and account.",
        AmazonServiceException { ErrorCode: "AccessDeniedException" } =>
            $"The stream '{stream}' may not be read: the role needs kinesis:ListShards, kinesis:GetShardIterator and kinesis:GetRecords.",
        AmazonServiceException { ErrorCode: { Length: > 0 } code } => $"Kinesis answers {code}: {error.Message}",
        _ => error.Message,
    };
}
