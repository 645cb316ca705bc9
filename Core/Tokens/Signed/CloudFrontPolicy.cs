using System.Globalization;
using System.Text;

namespace Portcullis.Tokens.Signed;

/// <summary>A CloudFront policy statement: what may be requested, from when to when, and from where.</summary>
public sealed record CloudFrontPolicy
{
    /// <value>
    /// The URL that is admitted, percent-encoded, without CloudFront's own query parameters. In a custom policy <c>*</c> stands for any
    /// characters and <c>?</c> for one.
    /// </value>
    public required string Resource { get; init; }

    /// <value>Epoch seconds from which the policy admits nothing any more.</value>
    public required long DateLessThan { get; init; }

    /// <value>Epoch seconds before which the policy admits nothing; null for always.</value>
    public long? DateGreaterThan { get; init; }

    /// <value>The viewer's IPv4 address, or a range in CIDR notation; null for any. CloudFront compares IPv4 only.</value>
    public string? SourceIp { get; init; }

    /// <summary>The statement as CloudFront wants it signed: members in its order, no white space.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Resource"/> or <see cref="SourceIp"/> has a character that must be percent-encoded, or a quotation mark or backslash.</exception>
    public string ToJson()
    {
        var json = new StringBuilder(256);
        json.Append("{\"Statement\":[{\"Resource\":\"").Append(Plain(Resource, nameof(Resource)));
        json.Append("\",\"Condition\":{\"DateLessThan\":{\"AWS:EpochTime\":").Append(CultureInfo.InvariantCulture, $"{DateLessThan}").Append('}');
        if (DateGreaterThan is { } start)
            json.Append(",\"DateGreaterThan\":{\"AWS:EpochTime\":").Append(CultureInfo.InvariantCulture, $"{start}").Append('}');
        if (SourceIp is not null)
            json.Append(",\"IpAddress\":{\"AWS:SourceIp\":\"").Append(Plain(SourceIp, nameof(SourceIp))).Append("\"}");
        return json.Append("}}]}").ToString();
    }

    private static string Plain(string value, string field)
    {
        foreach (var c in value)
        {
            if (c is <= ' ' or '"' or '\\' or >= '\x7f')
                throw new InvalidOperationException($"{field} of a policy holds the character U+{(int)c:X4}; only printable ASCII without blanks, quotation marks and backslashes is allowed.");
        }
        return value;
    }
}
