namespace Portcullis.Traffic.Time;

/// <summary>Something that acts at times of its own choosing: a player, a session's script, an attacker.</summary>
internal abstract class Actor
{
    /// <summary>The appointment that counts; earlier ones in the queue are void.</summary>
    public int Appointment { get; set; }

    /// <summary>Acts at an appointed time and makes the next appointment, if there is to be one.</summary>
    /// <param name="now">Epoch milliseconds.</param>
    public abstract void Act(long now);
}
