using System.Buffers.Binary;
using System.Net;
using Portcullis.Logs;

namespace Portcullis.Sessions;

/// <summary>A viewer as far as the logs of a session tell: a network and a user agent. Compact; text is made on demand.</summary>
internal struct SeenViewer
{
    // A UInt128 would have all that holds it begin at a multiple of 16 bytes.
    private readonly ulong _network, _interface;

    public uint Agent, Asn;
    public int Lines;

    /// <summary>Epoch seconds.</summary>
    public uint FirstSeen, LastSeen;

    /// <summary>The two CMCD session ids that were seen first, and when, in epoch seconds.</summary>
    public uint Player, OtherPlayer, PlayerAt, OtherPlayerAt;

    /// <summary>When it first asked for video without naming a player instance, epoch seconds.</summary>
    public uint NamelessAt;
    public ushort Country;

    public UInt128 Address
    {
        readonly get => new(_network, _interface);
        init => (_network, _interface) = ((ulong)(value >> 64), (ulong)value);
    }

    public static SeenViewer Of(in SliceLine line) => new() { Address = line.Address, Agent = line.Agent, Asn = line.Asn, Country = line.Country, FirstSeen = uint.MaxValue, NamelessAt = uint.MaxValue };

    public readonly bool Is(in SliceLine line) => Agent == line.Agent && (Address == line.Address || ClientAddress.Network(Address) == ClientAddress.Network(line.Address));

    public void Count(in SliceLine line)
    {
        var second = (uint)(line.Time / 1000);
        Lines++;
        FirstSeen = Math.Min(FirstSeen, second);
        LastSeen = Math.Max(LastSeen, second);
        if (line.Cmcd != 0)
            Meet(line.Cmcd, second);
        else if (line.Media.Kind == Media.MediaKind.Video)
            NamelessAt = Math.Min(NamelessAt, second);
    }

    /// <summary>How many player instances, 0 to 2, had named themselves before a time.</summary>
    /// <param name="before">Epoch milliseconds.</param>
    public readonly int PlayersBefore(long before) =>
        (Player != 0 && PlayerAt * 1000L < before ? 1 : 0) + (OtherPlayer != 0 && OtherPlayerAt * 1000L < before ? 1 : 0);

    /// <summary>Whether all video before a time was asked for by one player instance that named itself; null where some named none.</summary>
    /// <param name="before">Epoch milliseconds.</param>
    public readonly bool? IsOnePlayerBefore(long before) => NamelessAt * 1000L < before ? null : PlayersBefore(before) switch { 0 => null, 1 => true, _ => false };

    public readonly ViewerText Text(AgentTexts agents)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Address);
        var address = new IPAddress(ClientAddress.IsV4(Address) ? bytes[12..] : bytes).ToString();
        return new ViewerText(address, agents.Find(Agent), Country == 0 ? "" : string.Concat((char)(Country >> 8), (char)(Country & 0xFF)), Asn);
    }

    /// <summary>Keeps the two ids with the earliest first times: the same whatever order lines come in.</summary>
    private void Meet(uint player, uint second)
    {
        if (player == Player)
            PlayerAt = Math.Min(PlayerAt, second);
        else if (player == OtherPlayer)
            OtherPlayerAt = Math.Min(OtherPlayerAt, second);
        else if (Player == 0 || second < PlayerAt)
            (OtherPlayer, OtherPlayerAt, Player, PlayerAt) = (Player, PlayerAt, player, second);
        else if (OtherPlayer == 0 || second < OtherPlayerAt)
            (OtherPlayer, OtherPlayerAt) = (player, second);
        if (OtherPlayer != 0 && OtherPlayerAt < PlayerAt)
            (Player, PlayerAt, OtherPlayer, OtherPlayerAt) = (OtherPlayer, OtherPlayerAt, Player, PlayerAt);
    }
}
