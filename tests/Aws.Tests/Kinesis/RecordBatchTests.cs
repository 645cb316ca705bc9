using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Portcullis.Aws.Kinesis;

namespace Portcullis.Aws.Tests.Kinesis;

public sealed class RecordBatchTests
{
    private static readonly Arbitrary<byte[][]> Contents = Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf().ArrayOf().Values();

    [Fact]
    public void Read_AnyContents_GivesThemBack() => Seeded.Holds(Contents, contents =>
    {
        // The default encoder escapes base64's plus, others its slash.
        var json = JsonSerializer.Serialize(new
        {
            Records = contents.Select((content, number) => new { SequenceNumber = $"4968{number}", ApproximateArrivalTimestamp = 1.5, Data = content, PartitionKey = "k\"\\" }),
            NextShardIterator = "next",
            MillisBehindLatest = 42,
        }).Replace("/", "\\/", StringComparison.Ordinal);
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        using var batch = JsonSerializer.Deserialize(stream, KinesisTypes.Default.RecordBatch)!;
        return batch.Count == contents.Length && batch.Bytes == contents.Sum(content => content.Length) && batch is { NextIterator: "next", MillisBehindLatest: 42 }
            && contents.Select((content, number) => batch.ContentOf(number).SequenceEqual(content) && batch.NumberOf(number).ToString() == $"4968{number}").All(same => same);
    });

    [Fact]
    public void Read_ClosedShardAndUnknownProperties_HasNoIterator()
    {
        using var batch = JsonSerializer.Deserialize("""{"ChildShards":[{"ShardId":"a","ParentShards":["b"]}],"MillisBehindLatest":null,"NextShardIterator":null,"Records":[]}"""u8, KinesisTypes.Default.RecordBatch)!;

        Assert.Equal((0, null, 0), (batch.Count, batch.NextIterator, batch.MillisBehindLatest));
    }

    [Theory]
    [InlineData("""{"Records":[{"Data":"***","SequenceNumber":"1"}]}""")]
    [InlineData("""{"Records":[{"Data":1,"SequenceNumber":"1"}]}""")]
    [InlineData("""{"Records":{}}""")]
    [InlineData("""{"Records":["a"]}""")]
    [InlineData("""{"Records":[""")]
    [InlineData("[]")]
    public void Read_NoAnswerOfGetRecords_Refuses(string json) =>
        Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize(json, KinesisTypes.Default.RecordBatch));
}
