namespace Portcullis.Keys;

/// <summary>A target that holds keys, as the rotation sees it.</summary>
/// <param name="Name">The target's name.</param>
/// <param name="Settle">See <see cref="DefaultSettle"/>; zero for one inside this process.</param>
/// <param name="Held">What it was last seen to hold; null when it has not been read yet.</param>
/// <param name="Signal">Asks its enforcer to read it, and to write what it lacks.</param>
public sealed record KeyTarget(string Name, TimeSpan Settle, Func<HeldKeys?> Held, Action Signal)
{
    /// <summary>How long a KeyValueStore may take to spread a change: it takes seconds, and no status says when it is done. 60 s.</summary>
    public static readonly TimeSpan DefaultSettle = TimeSpan.FromSeconds(60);
}
