namespace Portcullis.Keys.Model;

/// <summary>Something that happens to the installation.</summary>
internal abstract record WorldOperation
{
    /// <summary>Time passes; the service and the enforcers do their work.</summary>
    internal sealed record Wait(int Seconds) : WorldOperation;

    /// <summary>Time passes while the process is stopped.</summary>
    internal sealed record Pause(int Seconds) : WorldOperation;

    /// <summary>The wall clock is set.</summary>
    internal sealed record SetClock(long Seconds) : WorldOperation;

    /// <summary>A target goes or comes back, and takes writes with a delay.</summary>
    internal sealed record Reach(int Target, bool IsUp, int Delay) : WorldOperation;

    /// <summary>A target is restored from an old state.</summary>
    internal sealed record Lose(int Target, int State) : WorldOperation;

    /// <summary>A rotation is asked for, and asked for again while the outcome is not known.</summary>
    internal sealed record Rotate(bool IsEmergency, Fault Fault, int Retries) : WorldOperation;

    /// <summary>The next commit goes wrong.</summary>
    internal sealed record Break(Fault Fault) : WorldOperation;

    /// <summary>A token is asked for.</summary>
    internal sealed record Mint(int Lifetime) : WorldOperation;

    /// <summary>kill -9, and a new start.</summary>
    internal sealed record Kill : WorldOperation;
}
