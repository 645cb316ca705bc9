using Portcullis.Access;

namespace Portcullis.Aws.Access;

/// <summary>An API key in the stored list.</summary>
/// <param name="Key">Its public part.</param>
/// <param name="Hash">SHA-256 of the secret text, in hexadecimal.</param>
internal sealed record StoredApiKey(ApiKey Key, string Hash);
