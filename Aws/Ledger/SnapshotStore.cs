using Amazon.DynamoDBv2.Model;
using Portcullis.Aws.Tables;
using Portcullis.Engine;
using Portcullis.Revocations;

namespace Portcullis.Aws.Ledger;

/// <summary>
/// Snapshots of the state: chunks under a name of their own, listed before they are written, and a pointer that is moved last. A snapshot
/// that was written half is never read, and its chunks are deleted one day.
/// </summary>
internal sealed class SnapshotStore(DynamoTable table, TimeProvider time)
{
    /// <summary>The version of the format; another one's snapshot is as none, and the log is read.</summary>
    private const long Format = 1;

    // A partition takes 1,000 units of 1 kB in a second, which is a batch.
    private const int ChunkOf = 1_500, MaxChunk = 380_000, Quality = 3, Attempts = 3, BatchBytes = 1_000_000;

    private const string Current = "current", Body = "Body", SnapshotId = "SnapshotId", Chunks = "ChunkCount", FormatName = "FormatVersion",
        LastSequence = "LastSequence", SweptAt = "SweptAt", Erasures = "ErasureNumber", EvidenceFrom = "EvidenceFrom", Begun = "BegunAt";

    /// <summary>How long after it was begun a snapshot may be published, and when it is taken for given up.</summary>
    private static readonly TimeSpan WrittenWithin = TimeSpan.FromMinutes(5), GivenUpAfter = TimeSpan.FromMinutes(10);

    /// <summary>What is to be started from, or null.</summary>
    public async Task<SnapshotPointer?> FindAsync(CancellationToken cancellation)
    {
        if (await table.FindAsync(LedgerKeys.OfSnapshot(Current), LedgerKeys.Only, cancellation).ConfigureAwait(false) is not { } item || Number.In(item, FormatName) != Format)
            return null;
        return new(item[SnapshotId].S, Number.In(item, Chunks), Number.In(item, LastSequence), Number.In(item, SweptAt), Number.In(item, Erasures), Number.In(item, EvidenceFrom));
    }

    /// <summary>The newest snapshot, or null when there is none that holds what matters at a time.</summary>
    /// <param name="now">Epoch seconds: a snapshot from which something was swept that ended later is of no use.</param>
    /// <param name="cancellation">Ends the read.</param>
    public async Task<StoredSnapshot?> ReadAsync(long now, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await FindAsync(cancellation).ConfigureAwait(false) is not { } pointer || pointer.SweptAt > now)
                return null;
            var parts = new List<Task<RevocationParts>>();
            await foreach (var item in table.QueryAsync(LedgerKeys.OfSnapshot(pointer.Id), cancellation: cancellation).ConfigureAwait(false))
            {
                var body = item[Body].B;
                parts.Add(Task.Run(() => StoredDecisions.Read<RevocationParts>(body), cancellation));
            }
            // Fewer when it was replaced meanwhile: then there is a newer one.
            if (await Task.WhenAll(parts).ConfigureAwait(false) is var read && read.Length == pointer.Chunks)
                return new StoredSnapshot(RevocationSnapshot.FromParts(pointer.Sequence, read), pointer.SweptAt, pointer.Erasures);
        }
        return null;
    }

    /// <summary>Keeps a snapshot in place of the last one, unless that has seen more.</summary>
    /// <returns>Whether it was kept.</returns>
    public async Task<bool> WriteAsync(StoredSnapshot snapshot, CancellationToken cancellation)
    {
        var begun = time.GetTimestamp();
        var before = await FindAsync(cancellation).ConfigureAwait(false);
        var parts = snapshot.State.ToParts();
        var bodies = Pack(parts);
        var id = Guid.NewGuid().ToString("N");
        await table.PutAsync(ListItem(id, bodies.Count), null, null, cancellation).ConfigureAwait(false);
        for (var (from, i) = (0, 0); from < bodies.Count; from = i)
        {
            for (var bytes = 0; i < bodies.Count && i - from < DynamoTable.MaxBatch && (bytes += bodies[i].Length) <= BatchBytes;)
                i++;
            await table.WriteAsync(Enumerable.Range(from, i - from).Select(chunk => DynamoTable.Putting(ChunkItem(id, chunk, bodies[chunk]))), cancellation).ConfigureAwait(false);
        }
        // The condition, not the look before it, decides who is newer.
        var isCurrent = time.GetElapsedTime(begun) < WrittenWithin && (await table.PutAsync(
            PointerItem(new(id, bodies.Count, snapshot.State.Sequence, snapshot.SweptAt, snapshot.Erasures, OldestEvidence(parts))),
            $"{DynamoTable.IsFree} OR ({Erasures} <= :erasures AND {LastSequence} <= :last)",
            new() { [":erasures"] = Number.Of(snapshot.Erasures), [":last"] = Number.Of(snapshot.State.Sequence) },
            cancellation).ConfigureAwait(false) || (await FindAsync(cancellation).ConfigureAwait(false))?.Id == id);
        if (!isCurrent)
            await DeleteAsync(id, bodies.Count, cancellation).ConfigureAwait(false);
        else if (before is not null)
            await DeleteAsync(before.Id, before.Chunks, cancellation).ConfigureAwait(false);
        await DeleteGivenUpAsync(cancellation).ConfigureAwait(false);
        return isCurrent;
    }

    /// <summary>
    /// Deletes the chunks of every snapshot but the current one, those of others under way as well: for an erasure, after which none of them
    /// may become the current one.
    /// </summary>
    public async Task DeleteOthersAsync(CancellationToken cancellation)
    {
        var current = await FindAsync(cancellation).ConfigureAwait(false);
        await foreach (var (id, chunks, _) in ListAsync(cancellation).ConfigureAwait(false))
        {
            // Their names stay listed: whoever writes them may write another chunk yet.
            if (id != current?.Id)
                await table.WriteAsync(Deletions(id, chunks), cancellation).ConfigureAwait(false);
        }
    }

    private async Task DeleteGivenUpAsync(CancellationToken cancellation)
    {
        var current = await FindAsync(cancellation).ConfigureAwait(false);
        var before = (time.GetUtcNow() - GivenUpAfter).ToUnixTimeSeconds();
        await foreach (var (id, chunks, begun) in ListAsync(cancellation).ConfigureAwait(false))
        {
            if (id != current?.Id && begun < before)
                await DeleteAsync(id, chunks, cancellation).ConfigureAwait(false);
        }
    }

    private async Task DeleteAsync(string id, long chunks, CancellationToken cancellation)
    {
        await table.WriteAsync(Deletions(id, chunks), cancellation).ConfigureAwait(false);
        await table.DeleteAsync(LedgerKeys.Snapshots, id, cancellation).ConfigureAwait(false);
    }

    private static IEnumerable<WriteRequest> Deletions(string id, long chunks) =>
        Enumerable.Range(0, (int)chunks).Select(chunk => DynamoTable.Deleting(LedgerKeys.OfSnapshot(id), Number.Sortable(chunk)));

    private async IAsyncEnumerable<(string Id, long Chunks, long Begun)> ListAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var item in table.QueryAsync(LedgerKeys.Snapshots, cancellation: cancellation).ConfigureAwait(false))
            yield return (item[DynamoTable.Sort].S, Number.In(item, Chunks), Number.In(item, Begun));
    }

    /// <summary>The chunks of a state, each small enough for an item.</summary>
    private static List<byte[]> Pack(RevocationParts parts)
    {
        var bodies = new List<byte[]>();
        PackChunk(bodies, new RevocationParts { Disarmed = parts.Disarmed, Allowed = parts.Allowed });
        foreach (var chunk in parts.Revocations.Chunk(ChunkOf))
            PackChunk(bodies, new RevocationParts { Revocations = chunk });
        foreach (var chunk in parts.Held.Chunk(ChunkOf))
            PackChunk(bodies, new RevocationParts { Held = chunk });
        foreach (var chunk in parts.Voids.Chunk(ChunkOf))
            PackChunk(bodies, new RevocationParts { Voids = chunk });
        return bodies;
    }

    private static void PackChunk(List<byte[]> bodies, RevocationParts chunk)
    {
        var body = StoredDecisions.Write(chunk, Quality);
        if (body.Length <= MaxChunk)
        {
            bodies.Add(body);
            return;
        }
        PackChunk(bodies, new RevocationParts
        {
            Revocations = Half(chunk.Revocations, first: true), Held = Half(chunk.Held, first: true), Voids = Half(chunk.Voids, first: true), Allowed = Half(chunk.Allowed, first: true), Disarmed = chunk.Disarmed,
        });
        PackChunk(bodies, new RevocationParts
        {
            Revocations = Half(chunk.Revocations, first: false), Held = Half(chunk.Held, first: false), Voids = Half(chunk.Voids, first: false), Allowed = Half(chunk.Allowed, first: false),
        });
    }

    private static List<T> Half<T>(IReadOnlyList<T> all, bool first) => [.. first ? all.Take((all.Count + 1) / 2) : all.Skip((all.Count + 1) / 2)];

    private static long OldestEvidence(RevocationParts parts) =>
        parts.Revocations.Concat(parts.Held).Where(decision => decision.HasEvidence).Select(decision => decision.At.ToUnixTimeSeconds()).DefaultIfEmpty(long.MaxValue).Min();

    private static Dictionary<string, AttributeValue> ChunkItem(string id, int chunk, byte[] body) => new()
    {
        [DynamoTable.Partition] = new(LedgerKeys.OfSnapshot(id)), [DynamoTable.Sort] = new(Number.Sortable(chunk)), [Body] = new() { B = new MemoryStream(body) },
    };

    private Dictionary<string, AttributeValue> ListItem(string id, int chunks) => new()
    {
        [DynamoTable.Partition] = new(LedgerKeys.Snapshots), [DynamoTable.Sort] = new(id), [Chunks] = Number.Of(chunks), [Begun] = Number.Of(time.GetUtcNow().ToUnixTimeSeconds()),
    };

    private static Dictionary<string, AttributeValue> PointerItem(SnapshotPointer pointer) => new()
    {
        [DynamoTable.Partition] = new(LedgerKeys.OfSnapshot(Current)), [DynamoTable.Sort] = new(LedgerKeys.Only),
        [FormatName] = Number.Of(Format), [SnapshotId] = new(pointer.Id), [Chunks] = Number.Of(pointer.Chunks), [LastSequence] = Number.Of(pointer.Sequence),
        [SweptAt] = Number.Of(pointer.SweptAt), [Erasures] = Number.Of(pointer.Erasures), [EvidenceFrom] = Number.Of(pointer.EvidenceFrom),
    };
}
