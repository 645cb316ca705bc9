using Portcullis.Accounts;
using Portcullis.Keys;
using Portcullis.Local.Notifications;
using Portcullis.Revocations;
using Portcullis.Sessions;
using Portcullis.Tokens.Signed;

namespace Portcullis.Local;

/// <summary>Options of an installation, whatever it runs on.</summary>
public abstract record InstallationOptions
{
    /// <value>The data folder. Default: <see cref="Storage.DataFolder.DefaultPath"/>.</value>
    public required string DataFolder { get; init; }

    /// <value>Thresholds and weights of detection.</value>
    public DetectionPolicy Detection { get; init; } = new();

    /// <value>When automatic revocations are held for a person.</value>
    public BreakerOptions Breaker { get; init; } = new();

    /// <value>How long the evidence of automatic decisions is kept. Default 90 days.</value>
    public TimeSpan EvidenceRetention { get; init; } = TimeSpan.FromDays(90);

    /// <value>The kind of key pair that is drawn for signed URLs and cookies, at first need. Default RSA-2048.</value>
    public CloudFrontKeyKind SigningPairKind { get; init; }

    /// <value>Webhooks: when conditions are told, how long receivers have.</value>
    public WebhookOptions Webhooks { get; init; } = new();

    /// <value>When the keys behind v2 tokens rotate.</value>
    public KeyRotationOptions Rotation { get; init; } = new();

    /// <value>How much accounts may have at the same time.</value>
    public AccountLimits Accounts { get; init; } = new();

    /// <value>How often changed sessions are stored. Default 10 s.</value>
    public TimeSpan SnapshotEvery { get; init; } = TimeSpan.FromSeconds(10);
}
