using Amazon.DynamoDBv2.Model;
using Portcullis.Accounts;
using Portcullis.Aws.Tables;
using Portcullis.Engine;
using Portcullis.Tokens;

namespace Portcullis.Aws.Accounts;

/// <summary>The stored form of an account: its settings and, of each of its sessions, when it was minted and until when its tokens live.</summary>
internal static class AccountItem
{
    /// <summary>Most bytes of sessions: an item has at most 400 KB. Some ten thousand sessions.</summary>
    internal const int MostBytes = 380_000;

    private const string MaxSessions = "MaxSessions", WhenFull = "WhenFull", Sessions = "Sessions";
    private const byte FormatVersion = 1;

    /// <summary>Bytes of a session beside its sid: length, two times.</summary>
    private const int BytesBeside = 17;

    /// <summary>Writes an account.</summary>
    /// <param name="settings">What is set for it.</param>
    /// <param name="slots">Its sessions.</param>
    /// <param name="now">Epoch milliseconds.</param>
    public static Dictionary<string, AttributeValue> Write(AccountSettings settings, IReadOnlyCollection<AccountSlot> slots, long now)
    {
        var item = new Dictionary<string, AttributeValue> { [Sessions] = new() { B = Write(slots) } };
        if (settings.MaxSessions is { } most)
            item[MaxSessions] = Number.Of(most);
        if (settings.WhenFull is { } full)
            item[WhenFull] = new(full.ToString());
        // Settings stay; sessions are over when no token of them can be valid and no line of them can come any more.
        if (settings == AccountSettings.None)
            item[DynamoTable.Expires] = Number.Of(1 + (Math.Max(now + AccountSlots.HoldFor, slots.Count == 0 ? 0 : slots.Max(slot => slot.ExpiresAt) + AccountSlots.KnownAfterExpiry) / 1000));
        return item;
    }

    /// <summary>Reads an account back.</summary>
    /// <param name="tag">Its tag.</param>
    /// <param name="item">The item; null for an account that was never heard of.</param>
    /// <exception cref="StoreUnavailableException">The item is none that this version can read.</exception>
    public static (AccountSettings Settings, List<(string Sid, long MintedAt, long ExpiresAt)> Sessions) Read(string tag, Dictionary<string, AttributeValue>? item)
    {
        if (item is null)
            return (AccountSettings.None, []);
        try
        {
            var settings = new AccountSettings
            {
                MaxSessions = item.ContainsKey(MaxSessions) ? (int)Number.In(item, MaxSessions) : null,
                WhenFull = item.TryGetValue(WhenFull, out var full) ? Enum.Parse<WhenFull>(full.S) : null,
            };
            return (settings, ReadSessions(tag, item[Sessions].B));
        }
        catch (Exception error) when (error is FormatException or ArgumentException or KeyNotFoundException or IOException or InvalidDataException)
        {
            throw new StoreUnavailableException($"The stored account {tag} is none that this version can read.", error);
        }
    }

    /// <summary>Which sessions have no room any more: the ones that are revoked first, then those whose tokens end first.</summary>
    public static IEnumerable<AccountSlot> Beyond(IReadOnlyCollection<AccountSlot> slots, Func<string, bool> isRevoked)
    {
        var bytes = slots.Sum(BytesOf);
        if (bytes <= MostBytes)
            yield break;
        foreach (var slot in slots.OrderBy(slot => !isRevoked(slot.Sid)).ThenBy(slot => slot.ExpiresAt).ToList())
        {
            yield return slot;
            bytes -= BytesOf(slot);
            if (bytes <= MostBytes)
                yield break;
        }
    }

    private static int BytesOf(AccountSlot slot) => slot.Sid.Length - SessionId.AccountTagLength + BytesBeside;

    private static MemoryStream Write(IReadOnlyCollection<AccountSlot> slots)
    {
        var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer, System.Text.Encoding.ASCII, leaveOpen: true);
        writer.Write(FormatVersion);
        writer.Write(slots.Count);
        foreach (var slot in slots)
        {
            // The tag is the item's.
            writer.Write(slot.Sid[SessionId.AccountTagLength..]);
            writer.Write(slot.MintedAt);
            writer.Write(slot.ExpiresAt);
        }
        writer.Flush();
        buffer.Position = 0;
        return buffer;
    }

    private static List<(string Sid, long MintedAt, long ExpiresAt)> ReadSessions(string tag, MemoryStream bytes)
    {
        using var reader = new BinaryReader(bytes, System.Text.Encoding.ASCII);
        var version = reader.ReadByte();
        if (version != FormatVersion)
            throw new InvalidDataException($"Sessions have version {version}; this build reads {FormatVersion}.");
        var sessions = new List<(string, long, long)>();
        for (var left = reader.ReadInt32(); left > 0; left--)
            sessions.Add((tag + reader.ReadString(), reader.ReadInt64(), reader.ReadInt64()));
        return sessions;
    }
}
