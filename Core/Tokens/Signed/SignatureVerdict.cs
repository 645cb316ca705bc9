namespace Portcullis.Tokens.Signed;

/// <summary>What CloudFront would make of a signed request.</summary>
/// <param name="Rejection">None when the request is admitted.</param>
/// <param name="Policy">The policy whose signature verified; null before that.</param>
public readonly record struct SignatureVerdict(TokenRejection Rejection, CloudFrontPolicy? Policy)
{
    /// <summary>Whether the request is admitted.</summary>
    public bool IsAccepted => Rejection == TokenRejection.None;
}
