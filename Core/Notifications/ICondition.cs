namespace Portcullis.Notifications;

/// <summary>Something that may be bad for a while, and about whose turns webhooks are told.</summary>
public interface ICondition
{
    /// <summary>How long it must be so before it is told.</summary>
    ConditionTiming Timing { get; }

    /// <summary>Reads how it is now; one reading for each thing it watches (each target, say).</summary>
    IEnumerable<ConditionReading> Read();
}

/// <summary>How something is.</summary>
public enum ConditionLevel
{
    /// <summary>As it should be.</summary>
    Good = 0,

    /// <summary>Neither: what was raised stays raised, and what was not stays so.</summary>
    Between = 1,

    /// <summary>As it should not be.</summary>
    Bad = 2,
}

/// <summary>A reading of one thing.</summary>
/// <param name="Name">What was read, such as <c>target:local-edge</c>; the same as long as it is the same thing.</param>
/// <param name="Level">How it is.</param>
/// <param name="RaisedType">What webhooks are told when it has been bad for long enough.</param>
/// <param name="ClearedType">What they are told when it has been good again for long enough.</param>
/// <param name="Data">What there is to say; holds no token, no address and no secret.</param>
public sealed record ConditionReading(string Name, ConditionLevel Level, string RaisedType, string ClearedType, object Data);
