namespace Portcullis.Tokens;

/// <summary>What a token can bind of a viewer beside headers and query parameters, in the order in which it enters the MAC.</summary>
internal enum BoundAttribute
{
    Ip,
    Country,
    Region,
    City,
}
