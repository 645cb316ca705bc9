using FsCheck.Fluent;

namespace Portcullis.Revocations;

public sealed class SmdeRevocationsTests
{
    private const string Auto = """{"session_id":{"S":"Qx7abc123DEF"},"type":{"S":"AUTO"},"reason":{"S":"COMPROMISED"},"score":{"N":"3.4"},"last_updated":{"N":"1700000000"},"ttl":{"N":"1700604800"}}""";

    [Theory]
    [InlineData(Auto)]
    [InlineData("[" + Auto + "]")]
    [InlineData("{\"Items\":[" + Auto + "],\"Count\":1}")]
    [InlineData("{\"Item\":" + Auto + "}\n")]
    public void Read_AnyWrapping_IsTheSameRevocation(string text)
    {
        var (revocations, errors) = SmdeRevocations.Read(text);

        Assert.Empty(errors);
        Assert.Equal([new SmdeRevocation("Qx7abc123DEF", "AUTO", "COMPROMISED", 1_700_000_000, 1_700_604_800)], revocations);
    }

    [Fact]
    public void Read_PlainJsonWithoutTimes_IsTaken()
    {
        var (revocations, errors) = SmdeRevocations.Read("""{"session_id":"a","type":"MANUAL"} {"session_id":"b","type":"MANUAL","ttl":1700000000}""");

        Assert.Empty(errors);
        Assert.Equal([new SmdeRevocation("a", "MANUAL", null, 0, null), new SmdeRevocation("b", "MANUAL", null, 0, 1_700_000_000) { Row = 1 }], revocations);
    }

    [Theory]
    [InlineData("""{"type":"AUTO"}""", "revocations[0].session_id", "must be 1 to 64 characters")]
    [InlineData("""{"session_id":"a/b","type":"AUTO"}""", "revocations[0].session_id", "must be 1 to 64 characters")]
    [InlineData("""{"session_id":"a"}""", "revocations[0].type", "nothing must be AUTO or MANUAL")]
    [InlineData("""{"session_id":"a","type":"auto"}""", "revocations[0].type", "'auto' must be AUTO or MANUAL")]
    [InlineData("""{"session_id":"a","type":"AUTO","ttl":{"N":"-1"}}""", "revocations[0].ttl", "must be a time in epoch seconds")]
    [InlineData("""{"session_id":"a","type":"AUTO","last_updated":1.5}""", "revocations[0].last_updated", "must be a time in epoch seconds")]
    [InlineData("""7""", "revocations[0]", "must be an object")]
    [InlineData("""{"session_id":""", "revocations[0]", "is no JSON")]
    [InlineData("", "revocations", "there is no row")]
    public void Read_Wrong_NamesTheField(string text, string field, string error)
    {
        var (revocations, errors) = SmdeRevocations.Read(text);

        Assert.Empty(revocations);
        Assert.Equal(field, Assert.Single(errors).Field);
        Assert.Contains(error, errors[0].Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AnyText_EndsWithRowsOrErrors() =>
        Seeded.Holds(ArbMap.Default.ArbFor<string>(), text => SmdeRevocations.Read(text ?? "") is var (revocations, errors) && revocations.Count + errors.Count > 0);
}
