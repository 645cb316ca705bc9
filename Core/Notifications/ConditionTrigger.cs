using System.Globalization;
using System.Text;

namespace Portcullis.Notifications;

/// <summary>Tells turns from flapping: raised after a time of bad readings, cleared after a time of good ones, and not raised too often.</summary>
/// <param name="IsRaised">Whether receivers believe that it is bad.</param>
/// <param name="RaisedAt">When it was raised last, or null.</param>
/// <param name="TurnedAt">Since when readings have said the opposite of <paramref name="IsRaised"/>, or null.</param>
public sealed record ConditionTrigger(bool IsRaised = false, DateTimeOffset? RaisedAt = null, DateTimeOffset? TurnedAt = null)
{
    /// <summary>The state after a reading. It is told when <see cref="IsRaised"/> changed.</summary>
    /// <param name="level">The reading.</param>
    /// <param name="now">When it was taken.</param>
    /// <param name="timing">How long something must be so.</param>
    public ConditionTrigger After(ConditionLevel level, DateTimeOffset now, ConditionTiming timing)
    {
        if (level != (IsRaised ? ConditionLevel.Good : ConditionLevel.Bad))
            return TurnedAt is null ? this : this with { TurnedAt = null };
        var since = TurnedAt is { } turned && turned <= now ? turned : now;
        var isDue = IsRaised
            ? now - since >= timing.ClearAfter
            : now - since >= timing.RaiseAfter && !(RaisedAt is { } last && now >= last && now - last < timing.LeastInterval);
        if (!isDue)
            return this with { TurnedAt = since };
        return IsRaised ? new(false, RaisedAt) : new(true, now);
    }

    /// <summary>What is told of the turn between two states, or null when there was none. Told again after a failed write, it has the same id.</summary>
    /// <param name="reading">The reading that turned it.</param>
    /// <param name="after">The state after it.</param>
    /// <param name="now">When it was taken.</param>
    public Notification? TellTurn(ConditionReading reading, ConditionTrigger after, DateTimeOffset now)
    {
        if (after.IsRaised == IsRaised)
            return null;
        var type = after.IsRaised ? reading.RaisedType : reading.ClearedType;
        var origin = string.Create(CultureInfo.InvariantCulture, $"{reading.Name} {type} {(TurnedAt ?? now).ToUnixTimeMilliseconds()}");
        return Notification.Of(Notification.IdOf(Encoding.UTF8.GetBytes(origin)), type, now, reading.Data);
    }
}
