using Portcullis.Cli.Simulation;

namespace Portcullis.Cli.Tests.Simulation;

public sealed class ViewerIdentityTests
{
    [Fact]
    public void Number_All_AreOnDistinctNetworks()
    {
        var all = Enumerable.Range(0, ViewerIdentity.MostNetworks).Select(ViewerIdentity.Number).ToList();

        Assert.Equal(all.Count, all.Select(v => v.Address[..v.Address.LastIndexOf('.')]).Distinct().Count());
        Assert.Equal(all.Count, all.Select(v => v.Asn).Distinct().Count());
        Assert.All(all, v => Assert.True(System.Net.IPAddress.TryParse(v.Address, out _)));
    }

    [Fact]
    public void OnNetworkOf_OtherViewer_KeepsDeviceAndPlace()
    {
        var (home, other) = (ViewerIdentity.Number(0), ViewerIdentity.Number(1));

        var moved = home.OnNetworkOf(other);

        Assert.Equal((other.Address, other.Asn, home.UserAgent, home.Country), (moved.Address, moved.Asn, moved.UserAgent, moved.Country));
    }
}
