using Portcullis.Tokens;

namespace Portcullis.Cli.Tokens;

/// <summary>A viewer file: <c>{ip, country, region, city, headers:{}, query:{}, sid}</c>, each of which may be left out.</summary>
internal sealed record ViewerFile
{
    public string? Ip { get; init; }

    public string? Country { get; init; }

    public string? Region { get; init; }

    public string? City { get; init; }

    /// <value>Request headers; names in any case.</value>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <value>Query parameters, raw values.</value>
    public IReadOnlyDictionary<string, string>? Query { get; init; }

    /// <value>The session a token is minted for; verifying takes the session from the token.</value>
    public string? Sid { get; init; }

    /// <exception cref="FormatException">The file is missing or a field is wrong; the message names it.</exception>
    public static ViewerFile Read(string path)
    {
        var file = StrictJson.Read<ViewerFile>("--viewer", path);
        if (file.Ip is { } ip && ViewerAddress.Canonical(ip) is null)
            throw new FormatException($"--viewer {path}: ip must be an IPv4 or IPv6 address");
        if (file.Sid is { } sid && !SessionId.IsValid(sid))
            throw new FormatException($"--viewer {path}: sid must be 1 to {SessionId.MaxLength} characters of A-Za-z0-9_-");
        RefuseNull(path, "headers", file.Headers);
        RefuseNull(path, "query", file.Query);
        var twice = file.Headers?.Keys.GroupBy(name => name.ToLowerInvariant()).FirstOrDefault(names => names.Count() > 1);
        return twice is null ? file : throw new FormatException($"--viewer {path}: headers.{twice.Key} occurs twice, in different case");
    }

    /// <summary>The viewer who requests a URL. What the file does not say of the query, the URL does.</summary>
    public Viewer Requesting(PlaybackUrl? url) => new()
    {
        Ip = Ip,
        Country = Country,
        Region = Region,
        City = City,
        Headers = (Headers ?? new Dictionary<string, string>()).ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value),
        QueryParameters = (url?.Parameters() ?? []).Concat(Query ?? new Dictionary<string, string>())
            .GroupBy(parameter => parameter.Key).ToDictionary(same => same.Key, same => same.Last().Value),
    };

    private static void RefuseNull(string path, string field, IReadOnlyDictionary<string, string>? values)
    {
        if (values?.FirstOrDefault(value => value.Value is null) is { Key: { } name })
            throw new FormatException($"--viewer {path}: {field}.{name} must not be null");
    }
}
