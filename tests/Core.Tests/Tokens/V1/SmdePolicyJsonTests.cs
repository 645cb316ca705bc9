using FsCheck.Fluent;

namespace Portcullis.Tokens.V1;

public sealed class SmdePolicyJsonTests
{
    private const string Plain = """
        {"headers":["user-agent","referer"],"exc":["/ads/"],"nbf":"1645000000","session_auto_generate":12,"ssn":true,"cty_fallback":true,
         "paths":["/video/1/"],"ip":false,"cty":false,"co_fallback":true,"co":true,"reg":true,"reg_fallback":true,"querystrings":["device"],"exp":"+24h"}
        """;

    private const string Dynamo = """
        {"M":{"headers":{"L":[{"S":"user-agent"},{"S":"referer"}]},"exc":{"L":[{"S":"/ads/"}]},"nbf":{"S":"1645000000"},
         "session_auto_generate":{"N":"12"},"ssn":{"BOOL":true},"cty_fallback":{"BOOL":true},"paths":{"SS":["/video/1/"]},"ip":{"BOOL":false},
         "cty":{"NULL":true},"co_fallback":{"BOOL":true},"co":{"BOOL":true},"reg":{"BOOL":true},"reg_fallback":{"BOOL":true},
         "querystrings":{"L":[{"S":"device"}]},"exp":{"S":"+24h"}}}
        """;

    [Theory]
    [InlineData(Plain)]
    [InlineData(Dynamo)]
    public void Read_PlainOrDynamoDb_IsTheSamePolicy(string json)
    {
        var policy = SmdePolicyJson.Read(json).Policy!;

        Assert.Equal(["user-agent", "referer"], policy.Headers);
        Assert.Equal(["/ads/"], policy.Exc);
        Assert.Equal(["/video/1/"], policy.Paths);
        Assert.Equal(["device"], policy.Querystrings);
        Assert.Equal((1_645_000_000L, 12, "+24h"), (policy.Nbf!.Value, policy.SessionAutoGenerate, policy.Exp));
        Assert.Equal((true, false, true, true, true, true, false, true), (policy.Ssn, policy.Ip, policy.Co, policy.CoFallback, policy.Reg, policy.RegFallback, policy.Cty, policy.CtyFallback));
    }

    [Fact]
    public void Read_FieldsMissingNullOrUnknown_HaveDefaults()
    {
        var policy = SmdePolicyJson.Read("""{"paths":["/a/"],"exp":"1900000000","exc":null,"nbf":"","ip":null,"note":{"x":1}}""").Policy!;

        Assert.Equal(0, policy.SessionAutoGenerate);
        Assert.Null(policy.Nbf);
        Assert.Empty(policy.Exc);
        Assert.False(policy.Ip || policy.Ssn);
    }

    [Theory]
    [InlineData("\"ssn\":\"true\"", "ssn")]
    [InlineData("\"ip\":1", "ip")]
    [InlineData("\"ip\":{\"N\":\"1\"}", "ip")]
    [InlineData("\"co\":{\"BOOL\":\"true\"}", "co")]
    [InlineData("\"nbf\":-1", "nbf")]
    [InlineData("\"nbf\":\"soon\"", "nbf")]
    [InlineData("\"nbf\":true", "nbf")]
    [InlineData("\"session_auto_generate\":65", "session_auto_generate")]
    [InlineData("\"headers\":\"user-agent\"", "headers")]
    [InlineData("\"headers\":[1]", "headers")]
    [InlineData("\"querystrings\":{\"L\":[{\"L\":[]}]}", "querystrings")]
    [InlineData("\"exc\":[\"\"]", "exc[0]")]
    [InlineData("\"exc\":[\"/a\",\"ads/\"]", "exc[1]")]
    [InlineData("\"paths\":[]", "paths")]
    [InlineData("\"paths\":null", "paths")]
    [InlineData("\"paths\":{}", "paths")]
    [InlineData("\"exp\":null", "exp")]
    [InlineData("\"exp\":3600", "exp")]
    [InlineData("\"exp\":\"+3d\"", "exp")]
    public void Read_FieldOfWrongForm_IsNamedOnce(string member, string field)
    {
        var valid = member.Contains("\"paths\"", StringComparison.Ordinal) ? "\"exp\":\"+1h\"" : member.Contains("\"exp\"", StringComparison.Ordinal) ? "\"paths\":[\"/\"]" : "\"exp\":\"+1h\",\"paths\":[\"/\"]";

        var reading = SmdePolicyJson.Read($"{{{valid},{member}}}");

        Assert.Null(reading.Policy);
        Assert.Equal(field, Assert.Single(reading.Errors).Field);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"x\"")]
    [InlineData("""{"paths":["\ud800"],"exp":"+1h"}""")]
    public void Read_NoObject_IsAnError(string json)
    {
        var reading = SmdePolicyJson.Read(json);

        Assert.Null(reading.Policy);
        Assert.NotEmpty(reading.Errors);
    }

    [Fact]
    public void Read_AnyPiecesOfJson_NeverThrows()
    {
        string[] pieces = ["{", "}", "[", "]", ",", ":", "\"S\"", "\"M\"", "\"L\"", "\"N\"", "\"BOOL\"", "\"paths\"", "\"exp\"", "\"nbf\"", "\"ip\"", "1", "true", "null", "\"/a\"", "\"\\ud800\""];
        Seeded.Holds(Gen.Elements(pieces).ArrayOf().Values(), chosen =>
            SmdePolicyJson.Read(string.Concat(chosen)) is { } reading && (reading.Policy is null) == (reading.Errors.Count > 0), cases: 5000);
    }
}
