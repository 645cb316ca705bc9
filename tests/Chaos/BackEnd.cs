using System.Diagnostics;

namespace Portcullis.Chaos;

/// <summary>A back-end that mints, renews and revokes as fast as it is answered, plays what it was given at once, and keeps books of it.</summary>
internal sealed class BackEnd(ServiceProcess service, KeyOperator keys)
{
    /// <summary>The sessions it was given and has not seen end.</summary>
    public List<CustomerSession> Sessions { get; } = [];

    /// <summary>Tokens it was given.</summary>
    public int Minted { get; private set; }

    public int Renewed { get; private set; }

    /// <summary>Requests that were refused because all slots of the account were held.</summary>
    public int Full { get; private set; }

    public async Task WorkAsync(IReadOnlyList<Customer> customers, Random random, CancellationToken cancellation)
    {
        try
        {
            while (!cancellation.IsCancellationRequested)
            {
                var standing = Sessions.FindAll(session => session.IsRevoked == false);
                switch (random.Next(10))
                {
                    case < 3 when standing.FindAll(session => session.Tokens.Count > 0) is { Count: > 0 } playing:
                        await RenewAsync(playing[random.Next(playing.Count)]);
                        break;
                    case < 6 when standing.Count > 0:
                        await RevokeAsync(standing[random.Next(standing.Count)]);
                        break;
                    default:
                        await MintAsync(customers[random.Next(customers.Count)]);
                        break;
                }
            }
        }
        catch (HttpRequestException)
        {
            // Killed.
        }
    }

    /// <summary>Asks for a first token; gives the status.</summary>
    public async Task<int> MintAsync(Customer customer)
    {
        var askedAt = Stopwatch.GetTimestamp();
        customer.Asks();
        var (status, answer) = await service.SendAsync(HttpMethod.Post, "/v1/tokens", new { asset = "sample-vod", account = customer.Id });
        customer.IsAnswered();
        Assert.True(status is 200 or 409 or 503, $"mint: {status} {answer}");
        if (status == 200)
        {
            var session = new CustomerSession(customer, answer.GetProperty("sid").GetString()!, MintedToken.Of(answer, askedAt));
            Sessions.Add(session);
            Minted++;
            await PlayAsync(session);
        }
        else
        {
            Assert.EndsWith(status == 409 ? ":account-full" : ":no-signing-key", answer.GetProperty("type").GetString(), StringComparison.Ordinal);
            Full += status == 409 ? 1 : 0;
        }
        return status;
    }

    private async Task RenewAsync(CustomerSession session)
    {
        var askedAt = Stopwatch.GetTimestamp();
        var (status, answer) = await service.SendAsync(HttpMethod.Post, "/v1/tokens/renew", new { playbackUrl = session.Tokens[^1].PlaybackUrl });
        if (status == 200)
        {
            Assert.Equal(session.Sid, answer.GetProperty("sid").GetString());
            session.Tokens.Add(MintedToken.Of(answer, askedAt));
            Renewed++;
            await PlayAsync(session);
        }
        else
        {
            Assert.True(status == 503 || keys.MayBeDropped(session.Tokens[^1].AskedAt), $"renew: {status} {answer}");
        }
    }

    private async Task RevokeAsync(CustomerSession session)
    {
        session.IsRevoked = null;
        await service.PostAsync("/v1/revocations", new { sid = session.Sid, reason = "chaos" });
        session.IsRevoked = true;
    }

    /// <summary>A token that was given out plays at once, everywhere: nothing is signed with a key that the edge does not hold.</summary>
    private async Task PlayAsync(CustomerSession session)
    {
        var token = session.Tokens[^1];
        var status = await service.PlayAsync(token.PlaybackUrl);
        Assert.True(status == 200 || (status == 401 && keys.MayBeDropped(token.AskedAt)), $"a new token of {token.KeyId} is answered with {status}");
    }
}
