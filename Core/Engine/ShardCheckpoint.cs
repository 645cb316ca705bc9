namespace Portcullis.Engine;

/// <summary>How far a shard of a log stream is read: everything up to there is observed, and durable where it had to be.</summary>
/// <param name="Shard">The shard's id.</param>
/// <param name="Owner">Who reads it: the number that <see cref="ILogCheckpoints.ClaimAsync"/> gave, from 1 on. Whoever claims later has a greater one.</param>
/// <param name="Position">The last record that is done; null before the first.</param>
/// <param name="From">Where no record is done yet: reading starts with the records put from this time on; null for the oldest that are kept.</param>
/// <param name="IsClosed">Whether the shard was read to its end; it gets no more records.</param>
public sealed record ShardCheckpoint(string Shard, long Owner, SequenceNumber? Position = null, DateTimeOffset? From = null, bool IsClosed = false);
