using Portcullis.Aws;
using Portcullis.Aws.KeyValueStore;
using Portcullis.Aws.Kinesis;
using Portcullis.Aws.Waf;
using Portcullis.Enforcement.KeyValueStores;
using Portcullis.Local;

namespace Portcullis.Api.Hosting.Aws;

/// <summary>Options of an installation on AWS.</summary>
internal sealed record AwsOptions : InstallationOptions
{
    /// <value>Region, endpoints, credentials (<c>Aws:Region</c>, <c>Aws:Endpoints:*</c>).</value>
    public required AwsConnection Connection { get; init; }

    /// <value>Where players reach assets that name no host of their own (<c>Edge:Url</c>).</value>
    public required Uri EdgeUrl { get; init; }

    /// <value>The real-time log's stream (<c>Aws:Stream</c>, <c>Aws:StreamStart</c>).</value>
    public required KinesisStreamOptions Stream { get; init; }

    /// <value>The edge function's store (<c>Aws:KeyValueStore</c>).</value>
    public required KeyValueStoreArn KeyValueStore { get; init; }

    /// <value>What the edge function is told besides keys and revocations (<c>Edge:ServesSigned</c>, <c>Edge:RefusesUnchecked</c>).</value>
    public KeyValueStoreSettings Settings { get; init; } = new();

    /// <value>For how long a key that the store shows may be under way to the edge (<c>Aws:KeySettleSeconds</c>). Default 60 s.</value>
    public TimeSpan KeySettle { get; init; } = Keys.KeyTarget.DefaultSettle;

    /// <value>The rule group (<c>Aws:RuleGroup</c>, <c>Aws:RuleGroupCapacity</c>); null where the KeyValueStore alone blocks.</value>
    public WafOptions? Waf { get; init; }

    /// <value>Name or ARN of the secret that holds the keys (<c>Aws:Secret</c>).</value>
    public required string Secret { get; init; }

    /// <value>The ledger's table (<c>Aws:LedgerTable</c>).</value>
    public required string LedgerTable { get; init; }

    /// <value>The table of everything else (<c>Aws:StateTable</c>).</value>
    public required string StateTable { get; init; }

    /// <value>Whether missing tables are created (<c>Aws:CreateTables</c>): for trials.</value>
    public bool CreatesTables { get; init; }
}
