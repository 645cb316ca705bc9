using System.Globalization;
using System.Text;

namespace Portcullis.Core.Tests.Logs;

/// <summary>A log line in the default field list, to vary field by field.</summary>
internal sealed record LineText
{
    public long Time { get; init; } = 1_795_298_884_112;

    public string Ip { get; init; } = "198.51.100.7";

    public string Status { get; init; } = "200";

    public string Sent { get; init; } = "34567";

    public string Method { get; init; } = "GET";

    public string Uri { get; init; } = "/abcdefghijklmnop.aaaa.bbbb.cccc/live/one/480p/seg-7.ts";

    public string RequestId { get; init; } = "6PfZe0cc_AjXUjFuGnL9==";

    public string UserAgent { get; init; } = "Mozilla/5.0%20(X11)";

    public string Referer { get; init; } = "-";

    public string Country { get; init; } = "DE";

    public string ContentType { get; init; } = "video/mp2t";

    public string ObjectType { get; init; } = "-";

    public string LogData { get; init; } = "ok.abcdefghijklmnop";

    public byte[] Bytes => Encoding.UTF8.GetBytes(ToString());

    public override string ToString() => string.Join('\t',
        (Time / 1000m).ToString("F3", CultureInfo.InvariantCulture), Ip, Status, Sent, Method, "media.example", Uri, "FRA56-P4", RequestId, "0.012", UserAgent, Referer, "Hit",
        ContentType, "-", "-", "Hit", Country, "3320", "-", ObjectType, "-", "-", LogData);
}
