using System.Text;
using Portcullis.Enforcement;
using Portcullis.Keys;
using Portcullis.Logs;
using Portcullis.Revocations;
using Portcullis.Tokens;
using Portcullis.Tokens.V1;

namespace Portcullis.Local.Tests.Edge;

public sealed class LocalEdgeV1TokenTests
{
    private const string Master = "/vod/sample/master.m3u8";

    private static readonly SigningKey Key = SigningKey.ForV1("20261101_0123456789abcdef0123", new string('5', 128));
    private static readonly KeySet LiveKeys = new(null, [Key]);
    private static readonly SmdePolicy Policy = new() { Paths = ["/vod/sample/"], Exp = "+48h", Ssn = true };

    private static async Task<TestEdge> StartAsync(RevocationSnapshot? revocations = null)
    {
        var edge = await TestEdge.StartAsync(withKeys: false);
        await edge.Edge.WriteAsync(LocalEdgePlan.Draw(revocations ?? RevocationSnapshot.Empty, LiveKeys, edge.Now), default);
        return edge;
    }

    private static RawResponse Get(TestEdge edge, SmdePolicy policy, string path = Master) =>
        edge.Http.Send("GET", $"/{SmdeMint.Mint(policy, Viewer.Unknown, TestEdge.Sid, Key, edge.Now).Token!.Segment}{path}");

    [Fact]
    public async Task Get_V1Token_ServesAndLogsItsSession()
    {
        await using var edge = await StartAsync();

        var response = Get(edge, Policy);

        Assert.Equal(200, response.Status);
        Assert.Equal($"ok.{TestEdge.Sid}", (await edge.Log.NextAsync())[23]);
    }

    [Fact]
    public async Task Get_V1TokenWithoutSession_IsServedAndCountsForNone()
    {
        await using var edge = await StartAsync();

        var response = Get(edge, Policy with { Ssn = false });
        var fields = await edge.Log.NextAsync();

        Assert.Equal(200, response.Status);
        Assert.Equal("ok.", fields[23]);
        Assert.Equal(LineFault.None, LogLineParser.TryParse(Encoding.UTF8.GetBytes(string.Join('\t', fields)), LogFieldList.Default, out var line));
        Assert.Equal(LineStanding.Unrelated, LineStandings.Judge(line, LogDataTrust.WhenPresent, out var sid));
        Assert.True(sid.IsEmpty);
    }

    [Fact]
    public async Task Get_V1TokenOfARevokedSession_Answers403()
    {
        await using var edge = await StartAsync();
        var revoked = RevocationSnapshot.Empty.Apply(new Decision
        {
            Sequence = 1,
            Id = "d1",
            Kind = DecisionKind.Revoke,
            Subject = Subject.Session(TestEdge.Sid),
            Source = DecisionSource.Manual,
            Reason = "test",
            Actor = "test",
            At = edge.Clock.Now,
            Until = edge.Now + 60,
        });
        await edge.Edge.WriteAsync(LocalEdgePlan.Draw(revoked, LiveKeys, edge.Now), default);

        Assert.Equal(403, Get(edge, Policy).Status);
        Assert.Equal(200, Get(edge, Policy with { Ssn = false }).Status);
    }
}
