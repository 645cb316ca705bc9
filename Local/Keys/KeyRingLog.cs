using Microsoft.Extensions.Logging;
using Portcullis.Keys;

namespace Portcullis.Local.Keys;

/// <summary>Says in the log what became of keys: ids and states only. A reason is whatever somebody wrote, a token perhaps.</summary>
/// <param name="logger">The log.</param>
public sealed partial class KeyRingLog(ILogger logger)
{
    /// <summary>Says what has changed from one ring to the next.</summary>
    public void Write(KeyRing before, KeyRing after)
    {
        if (after.Rotation is { } begun && begun.KeyId != before.Rotation?.KeyId)
            LogRotation(begun.IsEmergency ? "Emergency rotation" : "Rotation", begun.KeyId);
        foreach (var key in after.Keys)
        {
            if (before.Find(key.KeyId)?.State is { } state && state != key.State)
                LogMove(key.KeyId, state, key.State);
        }
        if (after.Rotation is null && before.Rotation is { } completed)
            LogCompleted(completed.KeyId);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Kind} to key {KeyId}")]
    private partial void LogRotation(string kind, string keyId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Key {KeyId}: {Before} -> {After}")]
    private partial void LogMove(string keyId, KeyState before, KeyState after);

    [LoggerMessage(Level = LogLevel.Information, Message = "The rotation to key {KeyId} is complete")]
    private partial void LogCompleted(string keyId);
}
