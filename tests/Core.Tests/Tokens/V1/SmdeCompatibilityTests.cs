using FsCheck;
using FsCheck.Fluent;
using static Portcullis.Tokens.V1.SmdeGate;

namespace Portcullis.Tokens.V1;

/// <summary>Portcullis against literal readings of SMDE's library and edge function, in both directions.</summary>
public sealed class SmdeCompatibilityTests
{
    private static readonly Gen<bool> Coin = Gen.Elements(true, false);

    private static readonly Gen<Viewer> Viewers =
        from ip in Gen.Elements("203.0.113.7", "198.51.100.255", "2001:db8::7", "fe80::", "::1")
        from country in Gen.Elements("DE", "FR", null)
        from region in Gen.Elements("BE", "DE", null)
        from city in Gen.Elements("Berlin", "São Paulo", null)
        from agent in Gen.Elements("Player/1.0 (a:b)", "ü", null)
        from referer in Gen.Elements("https://player.example/", null)
        from device in Gen.Elements("tv", "a%3ab", null)
        select new Viewer
        {
            Ip = ip,
            Country = country,
            Region = region,
            City = city,
            Headers = Present(("user-agent", agent), ("referer", referer)),
            QueryParameters = Present(("device", device), ("other", "1")),
        };

    private static readonly Gen<SmdePolicy> Policies =
        from flags in Coin.ArrayOf(8)
        from headers in Gen.SubListOf<string>(["user-agent", "referer", "x-absent", "User-Agent"])
        from query in Gen.SubListOf<string>(["device", "other", "absent"])
        from exp in Gen.Elements("+1h", "+90m", "1900000000")
        from nbf in Gen.Elements<long?>(null, 1_645_000_000)
        from paths in Gen.Elements<string[]>(["/out/v1/one/"], ["/other/", "/out/"])
        from exc in Gen.Elements<string[]>([], ["/ads/"], ["/ads/", "/out/v1/one/open"])
        select new SmdePolicy
        {
            Ip = flags[0],
            Co = flags[1],
            CoFallback = flags[2],
            Reg = flags[3],
            RegFallback = flags[4],
            Cty = flags[5],
            CtyFallback = flags[6],
            Ssn = flags[7],
            Headers = [.. headers],
            Querystrings = [.. query],
            Exp = exp,
            Nbf = nbf,
            Paths = paths,
            Exc = exc,
        };

    private static readonly Gen<(SmdePolicy Policy, Viewer Viewer)> Mintable =
        (from policy in Policies from viewer in Viewers select (policy, viewer))
        .Where(pair => (pair.policy.CoFallback || !pair.policy.Co || pair.viewer.Country is not null)
            && (pair.policy.RegFallback || !pair.policy.Reg || pair.viewer.Region is not null)
            && (pair.policy.CtyFallback || !pair.policy.Cty || pair.viewer.City is not null));

    [Fact]
    public void Mint_AnyPolicyAndViewer_PassesSmdesEdgeAndOurs() =>
        Seeded.Holds(Mintable.Values(), drawn =>
        {
            var segment = Mint(drawn.Policy, drawn.Viewer);
            return EdgeAdmits(segment, viewer: drawn.Viewer) && Judge(segment, viewer: drawn.Viewer) == TokenRejection.None;
        }, cases: 2000);

    [Fact]
    public void Mint_AnyPolicyWithoutCity_HasTheBytesOfSmdesLibrary() =>
        Seeded.Holds(Mintable.Values(), drawn =>
        {
            var policy = drawn.Policy with { Cty = false };
            return Mint(policy, drawn.Viewer) == SmdeLibrary.Mint(policy, drawn.Viewer, Sid, KeyId, Secret, Now);
        }, cases: 2000);

    [Fact]
    public void Verify_AnyTokenOfSmdesLibrary_IsAdmitted() =>
        Seeded.Holds(Mintable.Values(), drawn =>
            Judge(SmdeLibrary.Mint(drawn.Policy, drawn.Viewer, Sid, KeyId, Secret, Now), viewer: drawn.Viewer) == TokenRejection.None, cases: 2000);

    [Fact]
    public void Verify_TamperedTokenOrOtherViewer_IsJudgedAsSmdesEdgeDoes()
    {
        var cases =
            from drawn in Mintable
            from other in Viewers
            from sid in Gen.Elements("unchanged", "", "AAAAAAAAAAAA")
            from path in Gen.Elements(Manifest, "/out/v1/one/open/a.ts", "/out/v1/onerous", "/other/a", "/ads/a.ts", "/ads", "/none/a", "/")
            from later in Gen.Elements(0L, 3600, 3601, 5400, 5401, 100_000_001, -200_000_000)
            from mine in Gen.Frequency((3, Gen.Constant(true)), (1, Gen.Constant(false)))
            from flip in Gen.Frequency((4, Gen.Constant(-1)), (1, Gen.Choose(0, 4000)))
            select (drawn.Policy, drawn.Viewer, Asking: mine ? drawn.Viewer : other, sid, path, later, flip);
        int admitted = 0, refused = 0;

        Seeded.Holds(cases.Values(), drawn =>
        {
            var segment = WithSid(Mint(drawn.Policy, drawn.Viewer), drawn.sid);
            if (drawn.flip >= 0)
                segment = Flip(segment, drawn.flip % segment.Length);
            var ours = Verify(segment, drawn.path, drawn.Asking, Now + drawn.later).IsAccepted;
            _ = ours ? admitted++ : refused++;
            return ours == EdgeAdmits(segment, drawn.path, drawn.Asking, Now + drawn.later);
        }, cases: 6000);

        // Both answers must really occur, or the comparison shows nothing.
        Assert.True(admitted > 500 && refused > 500, $"{admitted} admitted, {refused} refused");
    }

    [Theory]
    [InlineData("tv")]
    [InlineData("")]
    [InlineData(null)]
    public void Verify_EmptyValue_CountsAsSmdesEdgeDoes(string? asked)
    {
        var policy = Policy with { Headers = [], Querystrings = ["device"] };
        foreach (var minted in new[] { "tv", "", null })
        {
            var segment = Mint(policy, Someone with { QueryParameters = Present(("device", minted)) });
            var asking = Someone with { QueryParameters = Present(("device", asked)) };

            Assert.Equal(EdgeAdmits(segment, viewer: asking), Judge(segment, viewer: asking) == TokenRejection.None);
        }
    }

    [Fact]
    public void Verify_CityOfSmdesLibrary_IsVerifiedHereAndAlwaysRefusedThere()
    {
        var segment = SmdeLibrary.Mint(Policy with { Cty = true }, Someone, Sid, KeyId, Secret, Now);

        Assert.Equal(TokenRejection.None, Judge(segment));
        Assert.Equal(TokenRejection.Viewer, Judge(segment, viewer: Someone with { City = "Paris" }));
        Assert.False(EdgeAdmits(segment));
    }

    private static Dictionary<string, string> Present(params (string Name, string? Value)[] entries) =>
        entries.Where(entry => entry.Value is not null).ToDictionary(entry => entry.Name, entry => entry.Value!);

    private static string WithSid(string segment, string sid)
    {
        var token = segment.Split('.') is { Length: 4 } parts ? string.Join('.', parts[1..]) : segment;
        return sid switch { "unchanged" => segment, "" => token, _ => $"{sid}.{token}" };
    }

    private static string Flip(string segment, int at) =>
        segment[at] == '.' ? segment : string.Concat(segment.AsSpan(0, at), segment[at] == 'A' ? "B" : "A", segment.AsSpan(at + 1));
}
