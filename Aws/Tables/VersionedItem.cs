using Amazon.DynamoDBv2.Model;

namespace Portcullis.Aws.Tables;

/// <summary>One item that only who has read its newest revision may write: of several writers at once, one wins and the others read anew.</summary>
/// <remarks>Revisions are drawn, not counted, so that an item that was deleted and made again is never taken for the one before.</remarks>
internal sealed class VersionedItem(DynamoTable table, string partition, string sort)
{
    /// <summary>The attribute that holds the revision.</summary>
    public const string Revision = "Revision";

    /// <summary>The item, or null.</summary>
    public Task<Dictionary<string, AttributeValue>?> ReadAsync(CancellationToken cancellation) => table.FindAsync(partition, sort, cancellation);

    /// <summary>The revision of an item that was read; null for none.</summary>
    public static string? RevisionOf(Dictionary<string, AttributeValue>? item) => item?[Revision].S;

    /// <summary>Writes the item when nobody has since it was read.</summary>
    /// <param name="attributes">Everything but keys and revision; they are added.</param>
    /// <param name="read">The revision that was read; null when there was no item.</param>
    /// <param name="cancellation">Ends the wait; the outcome is then unknown.</param>
    /// <returns>The new revision, or null when somebody else was faster: nothing was written then.</returns>
    /// <exception cref="Engine.StoreUnavailableException">Whether it was written is unknown.</exception>
    public async Task<string?> TryWriteAsync(Dictionary<string, AttributeValue> attributes, string? read, CancellationToken cancellation)
    {
        var written = Guid.NewGuid().ToString("N");
        attributes[DynamoTable.Partition] = new(partition);
        attributes[DynamoTable.Sort] = new(sort);
        attributes[Revision] = new(written);
        var isWritten = read is null
            ? await table.PutAsync(attributes, DynamoTable.IsFree, null, cancellation).ConfigureAwait(false)
            : await table.PutAsync(attributes, $"{Revision} = :read", new() { [":read"] = new(read) }, cancellation).ConfigureAwait(false);
        if (isWritten)
            return written;
        // An attempt whose answer was lost has been tried again, and has then met what it wrote itself.
        return RevisionOf(await ReadAsync(cancellation).ConfigureAwait(false)) == written ? written : null;
    }
}
