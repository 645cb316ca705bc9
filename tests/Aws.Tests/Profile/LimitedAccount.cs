using System.Collections.Concurrent;
using System.Text.Json;
using Portcullis.Chaos;

namespace Portcullis.Aws.Tests.Profile;

/// <summary>An account with a limit, for which back-ends mint more than it may have.</summary>
internal sealed class LimitedAccount(ServiceProcess service, string id, int limit)
{
    private readonly ConcurrentQueue<string> _given = [];

    /// <summary>Asks for one more token; false when nobody answers.</summary>
    public async Task<bool> TryMintAsync()
    {
        try
        {
            await MintAsync();
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Every session that was given out holds its slot, no more are held than may be, and what is left can be had.</summary>
    public async Task CheckAsync()
    {
        var account = await service.GetAsync($"/v1/accounts/{id}");
        var held = account.GetProperty("heldSlots").GetInt32();
        var references = account.GetProperty("sessions").EnumerateArray().Where(session => session.GetProperty("state").GetString() is "pending" or "live").Select(session => session.GetProperty("reference").GetString()!).ToList();
        Assert.InRange(held, 0, limit);
        Assert.Equal(held, references.Count);
        Assert.All(_given, sid => Assert.Contains(sid[^8..], references));
        for (; held < limit; held++)
            Assert.Equal(200, await MintAsync());
        Assert.Equal(409, await MintAsync());
    }

    private async Task<int> MintAsync()
    {
        var (status, answer) = await service.SendAsync(HttpMethod.Post, "/v1/tokens", new { asset = "match-1", account = id });
        Assert.True(status is 200 or 409, $"mint: {status} {answer}");
        if (status == 200)
            _given.Enqueue(answer.GetProperty("sid").GetString()!);
        return status;
    }
}
