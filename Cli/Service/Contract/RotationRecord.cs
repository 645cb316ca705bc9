namespace Portcullis.Cli.Service.Contract;

/// <summary>A rotation under way.</summary>
internal sealed record RotationRecord(
    string KeyId, bool Emergency, string Reason, string Stage, double AgeSeconds, bool Stuck, IReadOnlyList<AwaitedTargetRecord> WaitingFor);

/// <summary>A target that a rotation waits for.</summary>
internal sealed record AwaitedTargetRecord(string Target, string Reason);

/// <summary>Asks for a rotation.</summary>
internal sealed record RotationRequest(bool Emergency, string Reason);

/// <summary>What came of asking for a rotation.</summary>
/// <param name="Outcome">Whether one was started, or one under way was joined.</param>
/// <param name="Rotation">The one under way; null when it is complete already.</param>
internal sealed record RotationAnswer(string Outcome, RotationRecord? Rotation);
