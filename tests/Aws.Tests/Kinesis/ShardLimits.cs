using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Portcullis.Aws.Tests.Servers;

namespace Portcullis.Aws.Tests.Kinesis;

/// <summary>
/// What Kinesis enforces and the servers do not: 5 reads a second of a shard, and 2 MB a second, where a larger answer takes up the seconds
/// after it. Stands in a <see cref="FaultProxy"/> before kinesalite.
/// </summary>
internal sealed class ShardLimits(TimeProvider time)
{
    private const int ReadsPerSecond = 5;

    private const double BytesPerSecond = 2_000_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Queue<long>> _reads = [];
    private readonly Dictionary<string, long> _busyUntil = [];

    /// <summary>Reads that were refused.</summary>
    public int Refused { get; private set; }

    /// <summary>The largest content of one answer, in bytes.</summary>
    public long LargestAnswer { get; private set; }

    /// <summary>Refuses a read too many.</summary>
    public Fault? Judge(HttpRequest request, byte[] body)
    {
        if (FaultProxy.OperationOf(request) != "GetRecords")
            return null;
        lock (_lock)
        {
            var shard = ShardOf(body);
            var reads = _reads.TryGetValue(shard, out var known) ? known : _reads[shard] = new Queue<long>();
            while (reads.TryPeek(out var oldest) && time.GetElapsedTime(oldest) >= TimeSpan.FromSeconds(1))
                reads.Dequeue();
            if (reads.Count == ReadsPerSecond || _busyUntil.GetValueOrDefault(shard) > time.GetTimestamp())
            {
                Refused++;
                return Fault.Throttled("ProvisionedThroughputExceededException");
            }
            reads.Enqueue(time.GetTimestamp());
            return null;
        }
    }

    /// <summary>Counts what an answer holds.</summary>
    public void Answered(HttpRequest request, byte[] body, byte[] answer)
    {
        if (FaultProxy.OperationOf(request) != "GetRecords")
            return;
        using var document = JsonDocument.Parse(answer);
        if (!document.RootElement.TryGetProperty("Records", out var records))
            return;
        var bytes = records.EnumerateArray().Sum(record => record.GetProperty("Data").GetBytesFromBase64().LongLength);
        lock (_lock)
        {
            LargestAnswer = Math.Max(LargestAnswer, bytes);
            _busyUntil[ShardOf(body)] = time.GetTimestamp() + (long)(bytes / BytesPerSecond * time.TimestampFrequency);
        }
    }

    /// <summary>kinesalite writes an iterator's shard, encrypted with a key that its source names, after the time and the stream.</summary>
    private static string ShardOf(byte[] body)
    {
        using var input = JsonDocument.Parse(body);
        var iterator = input.RootElement.GetProperty("ShardIterator").GetBytesFromBase64();
        using var aes = Aes.Create();
        aes.Key = Convert.FromHexString("1133a5a833666b49abf28c8ba302930f0b2fb240dccd43cf4dfbc0ca91f17751");
        return Encoding.ASCII.GetString(aes.DecryptCbc(iterator.AsSpan(8), Convert.FromHexString("7bf139dbabbea2d9995d6fcae1dff7da"))).Split('/')[2];
    }
}
