using Portcullis.Api.Access;
using Portcullis.Api.Hosting.Aws;
using Portcullis.Local;
using Portcullis.Local.Edge;
using Portcullis.Local.Notifications;
using Portcullis.Local.Storage;
using Portcullis.Sessions;
using Portcullis.Tokens.Signed;

namespace Portcullis.Api.Hosting;

/// <summary>The configuration that the service binds: sections <c>Api</c>, <c>Edge</c>, <c>Keys</c>, <c>Accounts</c>, <c>Detection</c>, <c>Breaker</c>, <c>Retention</c>, <c>Webhooks</c> and the data folder.</summary>
internal sealed record ServiceOptions
{
    /// <value>Address of API and console (<c>Api:Url</c>). Loopback by default.</value>
    public required Uri ApiUrl { get; init; }

    /// <value>Options of the installation: <see cref="LocalOptions"/> or, with the profile <c>aws</c>, <see cref="AwsOptions"/> (<c>Profile</c>).</value>
    public required InstallationOptions Installation { get; init; }

    /// <value>An admin key that is given rather than drawn (<c>Api:AdminKey</c>), for services whose disk does not last; or null. Secret.</value>
    public string? AdminKey { get; init; }

    /// <exception cref="InvalidOperationException">A setting has a value that is not allowed; the message names it.</exception>
    public static ServiceOptions From(IConfiguration configuration)
    {
        var folder = configuration[DataFolder.Variable] is { Length: > 0 } configured ? configured : DataFolder.DefaultPath();
        InstallationOptions installation = configuration["Profile"] switch
        {
            null or "" or "local" => new LocalOptions { DataFolder = folder, Edge = ReadEdge(configuration) },
            "aws" => AwsSettings.From(configuration, folder),
            var other => throw new InvalidOperationException($"The setting Profile is '{other}'; it must be local or aws."),
        };
        return new ServiceOptions
        {
            ApiUrl = ReadUrl(configuration, "Api:Url", "http://127.0.0.1:5080"),
            AdminKey = configuration["Api:AdminKey"] is { Length: > 0 } key ? CheckAdminKey(key) : null,
            Installation = installation with
            {
                Webhooks = new WebhookOptions
                {
                    TargetDownAfter = Setting.Seconds(configuration, "Webhooks:TargetDownSeconds", 30),
                    StreamLagLimit = Setting.Seconds(configuration, "Webhooks:StreamLagSeconds", 30),
                },
                SigningPairKind = ReadKind(configuration, "Keys:CloudFront"),
                Rotation = RotationSettings.From(configuration),
                Accounts = AccountLimitSettings.From(configuration),
                Detection = ReadPolicy(configuration, "Detection:PolicyFile"),
                Breaker = BreakerSettings.From(configuration),
                EvidenceRetention = RetentionSettings.EvidenceFrom(configuration),
            },
        };
    }

    private static LocalEdgeOptions ReadEdge(IConfiguration configuration)
    {
        var edge = new LocalEdgeOptions
        {
            Url = ReadUrl(configuration, "Edge:Url", "http://127.0.0.1:5081"),
            TrustViewerHeaders = Setting.Switch(configuration, "Edge:TrustViewerHeaders"),
        };
        return configuration["Edge:MediaFolder"] is { Length: > 0 } media ? edge with { MediaFolder = media } : edge;
    }

    private static string CheckAdminKey(string key) =>
        ApiKeySecret.IsGivenAdminKey(key) ? key : throw new InvalidOperationException($"The setting Api:AdminKey must be {ApiKeySecret.GivenForm}.");

    private static Uri ReadUrl(IConfiguration configuration, string name, string otherwise)
    {
        var text = configuration[name] is { Length: > 0 } configured ? configured : otherwise;
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == "http" && url.AbsolutePath == "/"
            ? url
            : throw new InvalidOperationException($"The setting {name} is '{text}'; it must be like http://127.0.0.1:5080 (TLS ends in front of the service).");
    }

    private static CloudFrontKeyKind ReadKind(IConfiguration configuration, string name) => configuration[name] switch
    {
        null or "" or "rsa2048" => CloudFrontKeyKind.Rsa2048,
        "ecdsaP256" => CloudFrontKeyKind.EcdsaP256,
        var text => throw new InvalidOperationException($"The setting {name} is '{text}'; it must be rsa2048 or ecdsaP256."),
    };

    private static DetectionPolicy ReadPolicy(IConfiguration configuration, string name)
    {
        if (configuration[name] is not { Length: > 0 } file)
            return new DetectionPolicy();
        try
        {
            return DetectionPolicyFile.Read(file);
        }
        catch (FormatException wrong)
        {
            throw new InvalidOperationException($"The setting {name} is '{file}'; it must be a file with a detection policy: {wrong.Message}", wrong);
        }
    }
}
