using Portcullis.Logs;

namespace Portcullis.Sessions;

/// <summary>How two viewers' networks stand to each other.</summary>
internal enum Nearness
{
    /// <summary>One network: one home, one office, one proxy.</summary>
    Same,

    /// <summary>Perhaps one home: both address families of one provider, neighbouring addresses, or a relay between.</summary>
    Near,

    /// <summary>Two homes.</summary>
    Apart,
}

/// <summary>Judges whether two viewers can be in one home.</summary>
internal static class Home
{
    /// <summary>How near two viewers are.</summary>
    public static Nearness Of(in SeenViewer left, in SeenViewer right, NetworkLists lists)
    {
        var (a, b) = (left.Address, right.Address);
        if (ClientAddress.Network(a) == ClientAddress.Network(b))
            return Nearness.Same;
        var (leftIsV4, rightIsV4) = (ClientAddress.IsV4(a), ClientAddress.IsV4(b));
        var sameProvider = left.Asn == right.Asn && (left.Asn != 0 || left.Country == right.Country);
        if (leftIsV4 != rightIsV4)
            return sameProvider || IsRelayed(left, right, lists) ? Nearness.Near : Nearness.Apart;
        // A home may have several /64 of one /48; one device behind a gateway leaves by neighbouring IPv4 addresses.
        if (leftIsV4 ? a >> 8 == b >> 8 && left.Agent == right.Agent : a >> 80 == b >> 80)
            return Nearness.Near;
        return IsRelayed(left, right, lists) ? Nearness.Near : Nearness.Apart;
    }

    private static bool IsRelayed(in SeenViewer left, in SeenViewer right, NetworkLists lists) =>
        left.Country == right.Country && (lists.IsRelay(left.Asn) || lists.IsRelay(right.Asn));
}
