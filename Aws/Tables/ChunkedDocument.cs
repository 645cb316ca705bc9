using System.Globalization;
using System.Security.Cryptography;
using Amazon.DynamoDBv2.Model;
using Portcullis.Engine;

namespace Portcullis.Aws.Tables;

/// <summary>
/// A document of any size in a partition of its own: an item has at most 400 KB. Its pieces are written under a name of their own, then the
/// pointer to them; so readers find the document before or the one after, and never a mixture.
/// </summary>
/// <remarks>Pieces that a crash leaves behind end by their time to live; so does a document that nobody saves any more.</remarks>
internal sealed class ChunkedDocument(DynamoTable table, string partition, TimeProvider time)
{
    /// <summary>Bytes of a piece.</summary>
    internal const int ChunkSize = 300_000;

    /// <summary>How long a document is kept after it was last saved.</summary>
    internal static readonly TimeSpan KeptFor = TimeSpan.FromDays(14);

    private const string Pointer = "pointer", Generation = "Generation", Chunks = "Chunks", Hash = "Hash", Content = "Content";
    private const int ReadAttempts = 5;

    /// <summary>The document; null where there is none.</summary>
    /// <exception cref="InvalidDataException">It is not whole.</exception>
    /// <exception cref="StoreUnavailableException">The table cannot be read now.</exception>
    public async Task<byte[]?> LoadAsync(CancellationToken cancellation)
    {
        string? read = null;
        for (var attempt = 0; attempt < ReadAttempts; attempt++)
        {
            if (await table.FindAsync(partition, Pointer, cancellation).ConfigureAwait(false) is not { } pointer)
                return null;
            var generation = pointer[Generation].S;
            // The same pieces again: nobody has replaced them meanwhile, they are damaged.
            if (generation == read)
                break;
            read = generation;
            using var content = new MemoryStream();
            await foreach (var chunk in table.QueryAsync(partition, KeyOf(generation, 0), KeyOf(generation, ChunksOf(pointer)), cancellation: cancellation).ConfigureAwait(false))
                chunk[Content].B.CopyTo(content);
            var bytes = content.ToArray();
            if (Convert.ToHexString(SHA256.HashData(bytes)) == pointer[Hash].S)
                return bytes;
        }
        throw new InvalidDataException($"The document {partition} of the table {table.Name} is not whole.");
    }

    /// <summary>Saves the document in place of the one before.</summary>
    /// <exception cref="StoreUnavailableException">The table cannot be written now.</exception>
    public async Task SaveAsync(ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        var before = await table.FindAsync(partition, Pointer, cancellation).ConfigureAwait(false);
        var generation = Guid.NewGuid().ToString("N");
        var expires = Number.Of((time.GetUtcNow() + KeptFor).ToUnixTimeSeconds());
        var chunks = 0;
        for (var left = content; !left.IsEmpty; left = left[Math.Min(ChunkSize, left.Length)..])
        {
            var item = ItemOf(KeyOf(generation, chunks++), expires);
            item[Content] = new() { B = new MemoryStream(left[..Math.Min(ChunkSize, left.Length)].ToArray()) };
            await table.PutAsync(item, null, null, cancellation).ConfigureAwait(false);
        }
        var pointer = ItemOf(Pointer, expires);
        pointer[Generation] = new(generation);
        pointer[Chunks] = Number.Of(chunks);
        pointer[Hash] = new(Convert.ToHexString(SHA256.HashData(content.Span)));
        await table.PutAsync(pointer, null, null, cancellation).ConfigureAwait(false);
        if (before is not null)
            await table.WriteAsync(Enumerable.Range(0, ChunksOf(before)).Select(number => DynamoTable.Deleting(partition, KeyOf(before[Generation].S, number))), cancellation).ConfigureAwait(false);
    }

    private static int ChunksOf(Dictionary<string, AttributeValue> pointer) => (int)Number.In(pointer, Chunks);

    private static string KeyOf(string generation, int number) => string.Create(CultureInfo.InvariantCulture, $"chunk#{generation}#{number:d5}");

    private Dictionary<string, AttributeValue> ItemOf(string sort, AttributeValue expires) => new()
    {
        [DynamoTable.Partition] = new(partition),
        [DynamoTable.Sort] = new(sort),
        [DynamoTable.Expires] = expires,
    };
}
