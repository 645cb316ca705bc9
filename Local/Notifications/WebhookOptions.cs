using Portcullis.Engine;
using Portcullis.Notifications;

namespace Portcullis.Local.Notifications;

/// <summary>Options of webhooks.</summary>
public sealed record WebhookOptions
{
    /// <value>How long a target must have failed, or stood still behind what it should enforce, to be told as down. Default 30 s.</value>
    public TimeSpan TargetDownAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <value>How old the newest log line may be while others wait to be read. Default 30 s.</value>
    public TimeSpan StreamLagLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <value>How long a receiver has to take a connection and to answer. Default 10 s.</value>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <value>Most webhooks. Default 50: each may hold one connection and one delivery in memory.</value>
    public int MostWebhooks { get; init; } = 50;

    /// <summary>The conditions of an installation that webhooks are told of.</summary>
    /// <param name="installation">Its targets and its stream.</param>
    /// <param name="rotation">The rotation of its keys.</param>
    /// <param name="time">The clock.</param>
    public IReadOnlyList<ICondition> ConditionsOf(IServiceStatus installation, IKeyRotation rotation, TimeProvider time) =>
    [
        new TargetCondition(() => installation.Targets, TargetDownAfter),
        new StreamLagCondition(() => installation.Stream, StreamLagLimit, time),
        new RotationCondition(() => rotation.Status),
    ];
}
