namespace Portcullis.Tokens.V1;

/// <summary>A request as SMDE's edge function sees it.</summary>
/// <param name="Uri">The raw path, token included.</param>
/// <param name="Ip">The viewer's address; IPv6 as eight groups without leading zeros.</param>
/// <param name="Headers">By lower-case name, CloudFront's viewer headers included.</param>
/// <param name="Query">Raw values by name.</param>
internal sealed record SmdeRequest(string Uri, string Ip, IReadOnlyDictionary<string, string> Headers, IReadOnlyDictionary<string, string> Query)
{
    public static SmdeRequest Of(string uri, Viewer viewer)
    {
        var headers = new Dictionary<string, string>(viewer.Headers);
        if (viewer.Country is not null)
            headers["cloudfront-viewer-country"] = viewer.Country;
        if (viewer.Region is not null)
            headers["cloudfront-viewer-country-region"] = viewer.Region;
        if (viewer.City is not null)
            headers["cloudfront-viewer-city"] = viewer.City;
        var ip = viewer.Ip!.Contains(':') ? string.Join(':', viewer.Ip.Split(':').Select(group => group.TrimStart('0') is "" ? "0" : group.TrimStart('0'))) : viewer.Ip;
        return new SmdeRequest(uri, ip, headers, viewer.QueryParameters);
    }
}
