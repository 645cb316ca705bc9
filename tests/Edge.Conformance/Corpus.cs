using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Portcullis.Keys;
using Portcullis.Tokens;
using Portcullis.Tokens.V1;

namespace Portcullis.Edge.Conformance;

/// <summary>A seeded corpus of requests: policies, viewers, tampering, times, path tricks, carriage, revocations and store failures.</summary>
internal sealed class Corpus(int seed)
{
    /// <summary>Around when everything happens, epoch seconds.</summary>
    public const long Now = 1_800_000_000;

    private static readonly string[] Paths =
    [
        "/live/one/v1/seg-1.ts", "/live/one", "/live/one/", "/live/onest/seg.ts", "/live/./one/seg.ts", "/live/two/../one/seg.ts", "/live/one/../../etc/passwd", "/live/%6fne/seg.ts", "/live/one%2fseg.ts",
        "/live/one%5cseg.ts", "/live/one%00", "/live/one/%zz", "/live/one/%", "/live/one/%e4", "/live/one/%C3%A4.ts", "/live//one/seg.ts", "//live/one/seg.ts", "/", "/vod/two/index.m3u8", "/vod/two", "/vod/twofold/x.ts", "/open/a.ts",
        "/live/one/..", "/live/one/.", "/live/one/.../x", "/live/one/%2e%2e/%2e%2e/secret", "/live/one/a%20b.ts", "/live/one\\seg.ts", "/live/one/a;b=c,d.ts", "/LIVE/one/seg.ts", "/live/one/%41.ts",
    ];

    private static readonly string[] Prefixes = ["/live/one", "/live/one/", "/vod/two/", "/live", "/", "/live/one/\u00e4.ts"];
    private static readonly string?[] Countries = [null, "DE", "FR", "de"], Regions = [null, "BE", "75"], Cities = [null, "Berlin", "K\u00f6ln", "S\u00e3o Paulo"];
    private static readonly string[] Addresses = ["203.0.113.7", "203.0.113.8", "2001:db8::1", "2001:DB8:0:0:0:0:0:1", "::ffff:203.0.113.7", "2001:db8::2"];
    private static readonly string[] Agents = ["Player/1.0", "Player/2.0", "a:b", "", "\u00e4gent"];

    private readonly Random _random = new(seed);

    public IEnumerable<EdgeCase> Cases(int count)
    {
        for (var id = 0; id < count; id++)
            yield return Draw(id);
    }

    private EdgeCase Draw(int id)
    {
        var story = new StringBuilder();
        var minted = DrawViewer();
        var viewer = Chance(70) ? minted : Vary(minted, story);
        var (segment, sid) = DrawToken(minted, story);
        if (Chance(35))
            segment = Tamper(segment, story);
        var path = Chance(60) ? Paths[0] : Pick(Paths);
        var query = viewer.Query;
        var uri = "/" + segment + path;
        switch (_random.Next(20))
        {
            case 0 or 1 or 2:
                (uri, query) = (path, query.Length == 0 ? $"pt={segment}" : Chance(50) ? $"{query}&pt={segment}" : $"pt={segment}&{query}");
                story.Append(" in query");
                break;
            case 3:
                (uri, query) = (path, $"pt={segment}&pt={segment}");
                story.Append(" twice in query");
                break;
            case 4:
                query = query.Length == 0 ? "pt=x" : $"{query}&pt=x";
                story.Append(" in path, pt beside");
                break;
            case 5:
                (uri, query) = (path, Pick(["pt=", "pt", "PT=" + segment, "pt=a.b.c", "pt=%61" + segment]));
                story.Append(" odd pt");
                break;
            default:
                break;
        }
        var store = KeyStore.Entries();
        if (Chance(10))
            store[$"s:{sid}"] = (Now + _random.Next(-20, 20)).ToString(CultureInfo.InvariantCulture);
        if (Chance(10) && sid.Length > 11)
            store[$"a:{sid[..10]}"] = (Now + _random.Next(-20, 20)).ToString(CultureInfo.InvariantCulture);
        if (Chance(5))
            store.Remove(Pick([.. store.Keys.Where(key => key.StartsWith("k:", StringComparison.Ordinal))]));
        return viewer.ToCase(id) with
        {
            Method = Chance(10) ? "HEAD" : "GET",
            Uri = uri,
            Query = query,
            Now = Now + (Chance(60) ? 0 : Pick([-10, -6, -5, -4, 0, 1, 59, 60, 61, 499, 500, 3599, 3600, 3601, 100_000])),
            Store = store,
            Fail = Chance(92) ? [] : [.. new[] { "k:", "s:", "a:" }.Where(_ => Chance(50))],
            Story = story.ToString(),
        };
    }

    private (string Segment, string Sid) DrawToken(DrawnViewer viewer, StringBuilder story)
    {
        var sid = Chance(50) ? "aB3dE6gH9jK2mN5p" : "AccountTag_aB3dE6gH9jK2";
        var key = Pick([KeyStore.Plain, KeyStore.Plain, KeyStore.Narrow, KeyStore.Ending, KeyStore.Strict, KeyStore.Foreign]);
        story.Append(CultureInfo.InvariantCulture, $"{key.KeyId} {sid}");
        if (Chance(20))
            return (DrawClaims(sid, key, story), sid);
        if (Chance(25))
            return (DrawV1(viewer, sid, story), sid);
        var policy = new TokenPolicy
        {
            Lifetime = Pick([60, 3600, 86_400]),
            MaxSession = 86_400,
            Paths = [.. Prefixes.Where(_ => Chance(30)).DefaultIfEmpty("/live/one")],
            Exc = Chance(20) ? ["/open"] : [],
            Bind = new ViewerBinding
            {
                Ip = Chance(30),
                Country = Pick<GeoBinding>([GeoBinding.None, GeoBinding.None, GeoBinding.Required, GeoBinding.WhenPresent]),
                Region = Pick<GeoBinding>([GeoBinding.None, GeoBinding.None, GeoBinding.Required, GeoBinding.WhenPresent]),
                City = Pick<GeoBinding>([GeoBinding.None, GeoBinding.None, GeoBinding.Required, GeoBinding.WhenPresent]),
                Headers = [.. new[] { "user-agent", "referer", "x-device" }.Where(_ => Chance(25))],
                Query = [.. new[] { "device", "q" }.Where(_ => Chance(20))],
            },
        };
        var result = TokenMint.Mint(policy, new CaseViewer(viewer.ToCase(0)), sid, key, Now, Chance(20) ? Now - 100 : null);
        return result.Token is { } token ? (token.Segment, sid) : (DrawClaims(sid, key, story), sid);
    }

    private string DrawV1(DrawnViewer viewer, string sid, StringBuilder story)
    {
        story.Append(" v1");
        var policy = new SmdePolicy
        {
            Paths = [.. Prefixes.Where(_ => Chance(30)).DefaultIfEmpty("/live/one")],
            Exc = Chance(20) ? ["/open"] : [],
            Exp = Pick(["+1h", "+1m", (Now + 60).ToString(CultureInfo.InvariantCulture)]),
            Nbf = Chance(20) ? Now + _random.Next(-2, 2) : null,
            Ssn = Chance(70),
            Ip = Chance(30),
            Co = Chance(40),
            CoFallback = Chance(40),
            Reg = Chance(30),
            RegFallback = Chance(40),
            Cty = Chance(20),
            Headers = [.. new[] { "user-agent", "referer", "x-device", "X-Capital" }.Where(_ => Chance(30))],
            Querystrings = [.. new[] { "device", "q" }.Where(_ => Chance(25))],
        };
        return SmdeMint.Mint(policy, new CaseViewer(viewer.ToCase(0)), sid, KeyStore.V1, Now).Token?.Segment ?? DrawClaims(sid, KeyStore.V1, story);
    }

    /// <summary>Claims that no mint writes, under a valid signature.</summary>
    private string DrawClaims(string sid, SigningKey key, StringBuilder story)
    {
        var claims = Pick<string>(
        [
            $$"""{"ver":2,"iat":{{Now}},"exp":{{Now + 60}},"sid":"{{sid}}","paths":["/live/one"]}""",
            $$"""{ "ver" : 2, "iat": {{Now}}, "exp": {{Now + 60}}, "sid": "{{sid}}", "paths": [ "/live/one" ] }""",
            $$"""{"paths":["\/live\/one"],"sid":"{{sid}}","exp":{{Now + 60}},"iat":{{Now}},"ver":2}""",
            $$"""{"ver":2,"iat":{{Now}},"sid":"{{sid}}","paths":["/live/one"]}""",
            $$"""{"ver":2,"exp":{{Now + 60}},"sid":"{{sid}}","paths":["/live/one"]}""",
            $$"""{"ver":2,"iat":{{Now}},"exp":{{Now + 60}},"paths":["/live/one"]}""",
            $$"""{"ver":2,"iat":{{Now}},"exp":{{Now + 60}},"sid":"{{sid}}"}""",
            $$"""{"ver":2,"iat":{{Now}},"exp":"{{Now + 60}}","sid":"{{sid}}","paths":["/live/one"]}""",
            $$"""{"ver":2,"iat":{{Now}},"exp":{{Now + 60}}.5,"sid":"{{sid}}","paths":["/live/one"]}""",
            $$"""{"ver":2,"iat":-1,"exp":{{Now + 60}},"sid":"{{sid}}","paths":["/live/one"]}""",
            $$"""{"ver":1,"iat":{{Now}},"exp":{{Now + 60}},"sid":"{{sid}}","paths":["/live/one"]}""",
            $$"""{"ver":"2","iat":{{Now}},"exp":{{Now + 60}},"sid":"{{sid}}","paths":["/live/one"]}""",
            $$"""{"iat":{{Now}},"exp":{{Now + 60}},"sid":"{{sid}}","paths":["/live/one"]}""",
            $$"""{"ver":2,"iat":{{Now}},"exp":{{Now + 86_401}},"sid":"{{sid}}","paths":["/live/one"]}""",
            $$"""{"ver":2,"iat":{{Now + 60}},"exp":{{Now + 60}},"sid":"{{sid}}","paths":["/live/one"]}""",
            $$"""{"ver":2,"iat":{{Now}},"exp":{{Now + 60}},"nbf":{{Now + 5}},"sid":"{{sid}}","paths":["/live/one"]}""",
            $$"""{"ver":2,"iat":{{Now}},"exp":{{Now + 60}},"nbf":{{Now + 6}},"sid":"{{sid}}","paths":["/live/one"]}""",
            $$"""{"ver":2,"iat":{{Now}},"exp":{{Now + 60}},"sid":"{{sid}}","paths":[]}""",
            $$"""{"ver":2,"iat":{{Now}},"exp":{{Now + 60}},"sid":"{{sid}}","paths":[""]}""",
            $$"""{"ver":2,"iat":{{Now}},"exp":{{Now + 60}},"sid":"{{sid}}","paths":"/live/one"}""",
            $$"""{"ver":2,"iat":{{Now}},"exp":{{Now + 60}},"sid":"{{sid}}","paths":["/live/one",1]}""",
            $$"""{"ver":2,"iat":{{Now}},"exp":{{Now + 60}},"sid":"{{sid}}","paths":["/live/one"],"aud":"x"}""",
            $$"""{"ver":2,"iat":{{Now}},"exp":{{Now + 60}},"sid":"{{sid}}","paths":["/live/one"],"attr":["co"]}""",
            $$"""{"ver":2,"iat":{{Now}},"exp":{{Now + 60}},"sid":"{{sid}}","paths":["/live/one"],"bind":"x"}""",
            $$"""{"ver":2,"iat":{{Now}},"exp":{{Now + 60}},"sid":"{{sid}}","paths":["/live/one"],"attr":["xx"],"bind":"x"}""",
            $$"""{"ver":2,"iat":{{Now}},"exp":{{Now + 60}},"sid":"{{sid}}","paths":["/live/one"],"headers":["user-agent"],"bind":""}""",
            $$$"""{"ver":2,"iat":{{{Now}}},"exp":{{{Now + 60}}},"sid":"{{{sid}}}","paths":["/live/one"],"opt":{"co":"x"}}""",
            $$$"""{"ver":2,"iat":{{{Now}}},"exp":{{{Now + 60}}},"sid":"{{{sid}}}","paths":["/live/one"],"opt":{}}""",
            $$"""{"ver":2,"iat":{{Now}},"exp":{{Now + 60}},"sid":null,"paths":["/live/one"]}""",
            $$$"""{"ver":2,"iat":{{{Now}}},"exp":{{{Now + 60}}},"sid":"{{{sid}}}","paths":["/live/one"],"opt":{"co":"x","co":"x"}}""",
            $$"""{"ver":2,"iat":{{Now}},"exp":9007199254740993,"sid":"{{sid}}","paths":["/live/one"]}""",
            $$"""{"ip":false,"co":false,"cty":false,"reg":false,"ssn":false,"exp":0,"headers":[],"qs":[],"paths":["/live"],"exc":[]}""",
            """{"ip":false,"co":false,"cty":false,"reg":false,"ssn":false,"headers":[],"qs":[],"paths":["/live"],"exc":[],"iat":"x","more":{"a":1}}""",
            $$"""{"ip":1,"paths":["/live"],"exc":[]}""",
            $$"""{"ver":2,"iat":{{Now}},"exp":{{Now + 60}},"sid":"{{sid}}","paths":["/live/one"],"exc":[],"exc":[]}""",
            $$"""{"ver":2,"iat":{{Now}},"exp":{{Now + 60}},"sid":"{{sid}}","paths":["/live/one""/x"]}""",
            $$"""{"ver":2,"iat":{{Now}},"exp":{{Now + 60}},"sid":"{{sid}}","paths":["/live/one",]}""",
            $$"""{"ver":2,"iat":0{{Now}},"exp":{{Now + 60}},"sid":"{{sid}}","paths":["/live/one"]}""",
            $$"""{"ver":2,"iat":{{Now}},"exp":{{Now + 60}},"nbf":10000000000000000000,"sid":"{{sid}}","paths":["/live/one"]}""",
            $$$"""{"ver":2,"iat":{{{Now}}},"exp":{{{Now + 60}}},"nbf":0,"sst":0,"sid":"{{{sid}}}","paths":["/köln","/live/one"],"exc":[],"opt":{}}""" + "\n",
            """{"nbf":-1,"constructor":1,"paths":["/live"],"exc":[]}""",
            """{"ssn":false,"exc":[],"toString":"x","paths":["/live/one","/köln"],"exp":100000000000000000}""",
            "[]", "null", "{}", "{\"ver\":2", "", "\"x\"",
        ]);
        story.Append(CultureInfo.InvariantCulture, $" claims {claims}");
        return TokenMint.Sign(sid, Encoding.UTF8.GetBytes(claims), Chance(85) ? key : KeyStore.V1);
    }

    private string Tamper(string segment, StringBuilder story)
    {
        // A v1 token may have no sid in front; it gets one where parts are exchanged.
        var parts = (segment.Count(c => c == '.') == 2 ? $"x.{segment}" : segment).Split('.');
        var at = _random.Next(segment.Length);
        var how = _random.Next(14);
        story.Append(CultureInfo.InvariantCulture, $" tampered {how} at {at}");
        string WithHeader(string json) => $"{parts[0]}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json))}.{parts[2]}.{parts[3]}";
        return how switch
        {
            0 => segment[..at] + Pick(["A", "-", ".", "%41", "\u00e4", "~", "/"]) + segment[(at + 1)..],
            1 => segment[..at],
            2 => segment[..at] + segment[(at + 1)..],
            3 => segment + Pick(["A", ".", ".A", "=", "%20"]),
            4 => $"{parts[0]}x.{parts[1]}.{parts[2]}.{parts[3]}",
            5 => string.Join('.', parts[1..]),
            6 => $"{parts[0]}.{parts[1]}.{parts[2]}.",
            7 => WithHeader("""{"alg":"none","typ":"JWT","kid":"k-plain"}"""),
            8 => WithHeader("""{"alg":"HS512","typ":"JWT","kid":"k-plain"}"""),
            9 => WithHeader("""{"alg":"HS256","typ":"JWT","kid":"k-narrow"}"""),
            10 => WithHeader("""{"alg":"HS256","typ":"JWT"}"""),
            11 => WithHeader("""{"alg":"HS256","typ":"JWT","kid":"../x"}"""),
            12 => WithHeader("""{"alg":"HS256","typ":"JWT","kid":"k-plain","crit":["x"]}"""),
            _ => $"{new string('s', 65)}.{parts[1]}.{parts[2]}.{parts[3]}",
        };
    }

    private DrawnViewer DrawViewer() => new(
        Pick(Addresses), Pick(Countries), Pick(Regions), Pick(Cities),
        Chance(80) ? [Pick(Agents)] : [], Chance(30) ? ["https://a.example/"] : [], Chance(20) ? ["tv", "2"] : [],
        Pick(["", "", "device=tv", "q=1&device=tv", "q=1&q=2", "q=%61", "x=y", "q", "q="]));

    private DrawnViewer Vary(DrawnViewer viewer, StringBuilder story)
    {
        story.Append(" other viewer");
        var other = DrawViewer();
        return _random.Next(8) switch
        {
            0 => viewer with { Ip = other.Ip },
            1 => viewer with { Country = other.Country },
            2 => viewer with { Region = other.Region },
            3 => viewer with { City = other.City },
            4 => viewer with { Agent = other.Agent },
            5 => viewer with { Referer = other.Referer },
            6 => viewer with { Device = other.Device },
            _ => viewer with { Query = other.Query },
        };
    }

    private bool Chance(int percent) => _random.Next(100) < percent;

    private T Pick<T>(IReadOnlyList<T> values) => values[_random.Next(values.Count)];

    private sealed record DrawnViewer(string Ip, string? Country, string? Region, string? City, string[] Agent, string[] Referer, string[] Device, string Query)
    {
        public EdgeCase ToCase(int id)
        {
            var headers = new SortedDictionary<string, string[]>();
            foreach (var (name, values) in (ReadOnlySpan<(string, string[])>)[("user-agent", Agent), ("referer", Referer), ("x-device", Device)])
            {
                if (values.Length > 0)
                    headers[name] = values;
            }
            return new EdgeCase { Id = id, Uri = "/", Now = Now, Ip = Ip, Country = Country, Region = Region, City = City, Headers = headers, Query = Query };
        }
    }
}
