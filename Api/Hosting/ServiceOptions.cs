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

    /// <value>Options of the local installation.</value>
    public required LocalOptions Local { get; init; }

    /// <exception cref="InvalidOperationException">A setting has a value that is not allowed; the message names it.</exception>
    public static ServiceOptions From(IConfiguration configuration)
    {
        var edge = new LocalEdgeOptions
        {
            Url = ReadUrl(configuration, "Edge:Url", "http://127.0.0.1:5081"),
            TrustViewerHeaders = ReadSwitch(configuration, "Edge:TrustViewerHeaders"),
        };
        if (configuration["Edge:MediaFolder"] is { Length: > 0 } media)
            edge = edge with { MediaFolder = media };
        return new ServiceOptions
        {
            ApiUrl = ReadUrl(configuration, "Api:Url", "http://127.0.0.1:5080"),
            Local = new LocalOptions
            {
                Webhooks = new WebhookOptions
                {
                    TargetDownAfter = ReadSeconds(configuration, "Webhooks:TargetDownSeconds", 30),
                    StreamLagLimit = ReadSeconds(configuration, "Webhooks:StreamLagSeconds", 30),
                },
                DataFolder = configuration[DataFolder.Variable] is { Length: > 0 } folder ? folder : DataFolder.DefaultPath(),
                Edge = edge,
                SigningPairKind = ReadKind(configuration, "Keys:CloudFront"),
                Rotation = RotationSettings.From(configuration),
                Accounts = AccountLimitSettings.From(configuration),
                Detection = ReadPolicy(configuration, "Detection:PolicyFile"),
                Breaker = BreakerSettings.From(configuration),
                EvidenceRetention = RetentionSettings.EvidenceFrom(configuration),
            },
        };
    }

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

    private static TimeSpan ReadSeconds(IConfiguration configuration, string name, int otherwise) =>
        TimeSpan.FromSeconds(WholeNumber.Read(configuration, name, 1, 86_400, "1 to 86400 seconds") ?? otherwise);

    private static bool ReadSwitch(IConfiguration configuration, string name) => configuration[name] switch
    {
        null or "" => false,
        var text when bool.TryParse(text, out var on) => on,
        var text => throw new InvalidOperationException($"The setting {name} is '{text}'; it must be true or false."),
    };
}
