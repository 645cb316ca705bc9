using System.Text.RegularExpressions;
using Portcullis.Aws;
using Portcullis.Aws.KeyValueStore;
using Portcullis.Aws.Kinesis;
using Portcullis.Aws.Waf;
using Portcullis.Enforcement.KeyValueStores;
using Portcullis.Enforcement.Waf;
using Portcullis.Logs;

namespace Portcullis.Api.Hosting.Aws;

/// <summary>Reads the settings of section <c>Aws</c>.</summary>
internal static partial class AwsSettings
{
    private static readonly string[] Services = ["kinesis", "wafv2", "secretsmanager", "dynamodb", KeyValueStoreArn.Service];

    /// <exception cref="InvalidOperationException">A setting is missing or has a value that is not allowed; the message names it.</exception>
    public static AwsOptions From(IConfiguration configuration, string dataFolder)
    {
        var region = Parsed(configuration, "Aws:Region", "a region such as eu-west-1", ReadRegion);
        var connection = new AwsConnection { Region = region, Endpoints = Endpoints(configuration) };
        var ruleGroup = configuration["Aws:RuleGroup"];
        return new AwsOptions
        {
            DataFolder = dataFolder,
            Connection = connection,
            EdgeUrl = ReadEdge(configuration),
            Stream = ReadStream(configuration),
            KeyValueStore = Parsed(configuration, "Aws:KeyValueStore", "the ARN of a KeyValueStore", text => new KeyValueStoreArn(text)),
            Settings = new KeyValueStoreSettings { ServesSigned = Setting.Switch(configuration, "Edge:ServesSigned"), RefusesUnchecked = Setting.Switch(configuration, "Edge:RefusesUnchecked") },
            KeySettle = Setting.Seconds(configuration, "Aws:KeySettleSeconds", 60),
            Waf = string.IsNullOrEmpty(ruleGroup) ? null : new WafOptions
            {
                RuleGroup = Parsed(configuration, "Aws:RuleGroup", "the ARN of a rule group", WafRuleGroupName.Parse),
                Capacity = WholeNumber.Read(configuration, "Aws:RuleGroupCapacity", 1, WafPlan.MaxCapacity, $"1 to {WafPlan.MaxCapacity} WCU") ?? 1_500,
            },
            Secret = Required(configuration, "Aws:Secret", "the name or ARN of a secret"),
            LedgerTable = configuration["Aws:LedgerTable"] is { Length: > 0 } ledger ? ledger : "portcullis-ledger",
            StateTable = configuration["Aws:StateTable"] is { Length: > 0 } state ? state : "portcullis-state",
            CreatesTables = Setting.Switch(configuration, "Aws:CreateTables"),
        };
    }

    private static KinesisStreamOptions ReadStream(IConfiguration configuration) =>
        Parsed(configuration, "Aws:Stream", "the name of a Kinesis data stream", ReadStreamName) with
        {
            Start = string.IsNullOrEmpty(configuration["Aws:StreamStart"])
                ? KinesisStart.Latest
                : Parsed(configuration, "Aws:StreamStart", "LATEST, TRIM_HORIZON or a time such as 2026-11-25T12:00:00Z", KinesisStart.Parse),
            Fields = string.IsNullOrEmpty(configuration["Aws:LogFields"])
                ? LogFieldList.Default
                : Parsed(configuration, "Aws:LogFields", "the names of the log's fields in their order", LogFieldList.Parse),
            PollEvery = TimeSpan.FromMilliseconds(WholeNumber.Read(configuration, "Aws:PollMilliseconds", 200, 10_000, "200 to 10000 milliseconds") ?? 250),
        };

    private static KinesisStreamOptions ReadStreamName(string name)
    {
        var options = new KinesisStreamOptions { Stream = name };
        options.Validate();
        return options;
    }

    /// <summary>It becomes part of host names.</summary>
    private static string ReadRegion(string text) => Region().IsMatch(text) ? text : throw new FormatException($"'{text}' is no name of a region.");

    private static Dictionary<string, Uri> Endpoints(IConfiguration configuration)
    {
        var endpoints = new Dictionary<string, Uri>(StringComparer.Ordinal);
        foreach (var section in configuration.GetSection("Aws:Endpoints").GetChildren())
        {
            if (!Services.Contains(section.Key, StringComparer.Ordinal))
                throw new InvalidOperationException($"The setting {section.Path} names no service; it must be one of {string.Join(", ", Services)}.");
            endpoints[section.Key] = Uri.TryCreate(section.Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url is { AbsolutePath: "/", Query: "", UserInfo: "" }
                ? url
                : throw new InvalidOperationException($"The setting {section.Path} must be like https://vpce-1234.kinesis.eu-west-1.vpce.amazonaws.com.");
        }
        return endpoints;
    }

    private static Uri ReadEdge(IConfiguration configuration)
    {
        var text = Required(configuration, "Edge:Url", "where players reach the distribution, such as https://d111111abcdef8.cloudfront.net");
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" && url is { AbsolutePath: "/", Query: "", UserInfo: "" }
            ? url
            : throw new InvalidOperationException($"The setting Edge:Url is '{text}'; it must be like https://d111111abcdef8.cloudfront.net.");
    }

    private static string Required(IConfiguration configuration, string name, string what) =>
        configuration[name] is { Length: > 0 } text ? text : throw new InvalidOperationException($"The setting {name} is missing; with the profile aws it must be {what}.");

    private static T Parsed<T>(IConfiguration configuration, string name, string what, Func<string, T> parse)
    {
        var text = Required(configuration, name, what);
        try
        {
            return parse(text);
        }
        catch (Exception wrong) when (wrong is FormatException or ArgumentException)
        {
            throw new InvalidOperationException($"The setting {name} must be {what}: {wrong.Message}", wrong);
        }
    }

    [GeneratedRegex(@"^[a-z]{2,3}(-[a-z]+)+-[0-9]{1,2}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Region();
}
