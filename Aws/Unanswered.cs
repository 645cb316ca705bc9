namespace Portcullis.Aws;

/// <summary>Tells a call without an answer from one that was refused.</summary>
internal static class Unanswered
{
    /// <summary>Whether there was no answer, or not in time, or not a whole one: the SDK lets broken connections and its own timeout through as they are.</summary>
    /// <param name="error">How the call ended.</param>
    /// <param name="cancellation">What the caller may have ended it by.</param>
    public static bool Is(Exception error, CancellationToken cancellation) =>
        error is IOException or HttpRequestException or TimeoutException || (error is OperationCanceledException && !cancellation.IsCancellationRequested);
}
