namespace Portcullis.Keys;

/// <summary>A rotation: under way, or the last one that was completed.</summary>
/// <param name="KeyId">The new key.</param>
/// <param name="IsEmergency">Whether nothing is signed until the new key is confirmed, and all older keys are dropped then.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="By">Who asked for it; <c>schedule</c> for the service itself.</param>
/// <param name="RequestedAt">Epoch seconds.</param>
/// <param name="CompletedAt">Epoch seconds; null while it is under way.</param>
public sealed record KeyRotation(string KeyId, bool IsEmergency, string Reason, string By, long RequestedAt, long? CompletedAt = null);
