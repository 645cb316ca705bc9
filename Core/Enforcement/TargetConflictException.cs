namespace Portcullis.Enforcement;

/// <summary>A target has changed since it was read (a stale lock token or ETag), so a write was refused. Reading again and writing anew helps.</summary>
public sealed class TargetConflictException : Exception
{
    /// <summary>Says no more than that.</summary>
    public TargetConflictException()
        : this("The target has changed since it was read.")
    {
    }

    /// <summary>Says which target, or in which words it refused.</summary>
    public TargetConflictException(string message)
        : base(message)
    {
    }

    /// <summary>Says so with the target's own error.</summary>
    public TargetConflictException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
