namespace Portcullis.Cli.Service;

/// <summary>The service could not be found or reached, or it refused. The message is meant for the operator.</summary>
/// <param name="message">What failed and what to do about it; never a key.</param>
/// <param name="status">The HTTP status of a refusal, or null when there was no answer.</param>
internal sealed class ServiceFailure(string message, int? status = null) : Exception(message)
{
    public int? Status => status;
}
