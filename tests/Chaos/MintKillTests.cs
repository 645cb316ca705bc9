using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace Portcullis.Chaos;

/// <summary>
/// kill -9 under back-ends that mint, renew and revoke for accounts with a limit, while keys are rotated: what was given out plays until its
/// key is dropped on purpose or its session revoked, and no account has more slots held than it may, or keeps one that it was not given.
/// </summary>
public sealed class MintKillTests(ITestOutputHelper output)
{
    private const int BackEnds = 4, Customers = 6, Limit = 3;

    private static readonly TimeSpan Converging = TimeSpan.FromSeconds(10), Releasing = TimeSpan.FromSeconds(75);

    /// <summary>Kills in a run: ten, or a hundred with <c>./test.sh --long</c>.</summary>
    private static int Kills => ChaosRun.IsLong ? 100 : 10;

    private readonly Random _random = ChaosRun.Random();
    private readonly List<Customer> _customers = [], _former = [];

    [Fact]
    public async Task Kill_UnderALoadOfMintsAndRotations_TokensPlayAndSlotsAreCountedRight()
    {
        using var service = new ServiceProcess(("Accounts__MaxSessions", $"{Limit}"), ("Accounts__MaxOutstandingTokens", "10000"), ("Accounts__MintsPerMinute", "10000"));
        await service.StartAsync();
        var keys = new KeyOperator(service);
        await keys.SettleAsync();
        var backEnds = Enumerable.Range(0, BackEnds).Select(_ => new BackEnd(service, keys)).ToList();
        for (var kill = 0; kill < Kills; kill++)
        {
            while (_customers.Count < Customers)
                _customers.Add(new Customer(string.Create(CultureInfo.InvariantCulture, $"customer-{_former.Count + _customers.Count}")));
            await service.KillDuringAsync(
                _random, cancellation => [keys.WorkAsync(Fork(), cancellation), .. backEnds.Select(backEnd => backEnd.WorkAsync(_customers, Fork(), cancellation))]);

            var live = await keys.SettleAsync();
            foreach (var backEnd in backEnds)
            {
                foreach (var session in backEnd.Sessions)
                    await CheckTokensAsync(service, keys, live, session);
            }
            foreach (var customer in _customers.ToList())
                await CheckSlotsAsync(service, customer, backEnds);
        }
        if (ChaosRun.IsLong)
            await AllAreReleasedAsync(service, backEnds[0]);

        var (minted, renewed, full) = (backEnds.Sum(backEnd => backEnd.Minted), backEnds.Sum(backEnd => backEnd.Renewed), backEnds.Sum(backEnd => backEnd.Full));
        var (rotations, emergencies) = keys.Acknowledged;
        var load = $"{Kills} kills: {minted} minted, {renewed} renewed, {full} refused, {rotations} rotations, {emergencies} of them emergencies, {_former.Count} accounts with slots that nobody was told of";
        output.WriteLine(load);
        Assert.True(minted > 5 * Kills && renewed > Kills && full > Kills && rotations > Kills && emergencies > 0, $"That is no load: {load}");
    }

    private Random Fork() => new(_random.Next());

    /// <summary>Every token plays unless an emergency dropped its key, and none does that an emergency had to drop.</summary>
    private static async Task CheckTokensAsync(ServiceProcess service, KeyOperator keys, IReadOnlySet<string> live, CustomerSession session)
    {
        foreach (var token in session.Tokens)
        {
            var isLive = live.Contains(token.KeyId);
            Assert.True(isLive || keys.MayBeDropped(token.AskedAt), $"{token.KeyId} was dropped without an emergency");
            Assert.False(isLive && keys.MustBeDropped(token.AnsweredAt), $"{token.KeyId} outlived an emergency");
            if (session.IsRevoked == false)
                Assert.Equal(isLive ? 200 : 401, await service.PlayAsync(token.PlaybackUrl));
        }
        session.Tokens.RemoveAll(token => !live.Contains(token.KeyId));
    }

    private async Task CheckSlotsAsync(ServiceProcess service, Customer customer, List<BackEnd> backEnds)
    {
        var account = await service.GetAsync($"/v1/accounts/{customer.Id}");
        var states = account.GetProperty("sessions").EnumerateArray().ToDictionary(session => session.GetProperty("reference").GetString()!, session => session.GetProperty("state").GetString()!);
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var backEnd in backEnds)
        {
            foreach (var session in backEnd.Sessions.Where(session => session.Customer == customer))
            {
                known.Add(session.Reference);
                var state = states.GetValueOrDefault(session.Reference);
                // Of a revocation without an answer only the service knows what became of it.
                session.IsRevoked ??= state == "revoked";
                Assert.True(state is not null && state != "idle" && (state == "revoked") == session.IsRevoked, $"{session.Reference} is {state}");
                if (session.IsRevoked == true && session.Tokens.Count > 0)
                    await FollowsAsync(service, session.Tokens[^1]);
            }
            backEnd.Sessions.RemoveAll(session => session.Customer == customer && session.IsRevoked == true);
        }
        var held = states.Where(session => session.Value is "pending" or "live").Select(session => session.Key).ToList();
        Assert.Equal(held.Count, account.GetProperty("heldSlots").GetInt32());
        Assert.InRange(held.Count, 0, Limit);
        var nobodys = held.Count(reference => !known.Contains(reference));
        Assert.InRange(nobodys, 0, customer.Unanswered);
        // There is room for exactly as many as are missing.
        Assert.Equal(held.Count < Limit ? 200 : 409, await backEnds[0].MintAsync(customer));
        if (nobodys == 0)
            return;
        // Slots that nobody knows of cannot be given back sooner than their time; the account makes room for another.
        _customers.Remove(customer);
        _former.Add(customer);
        foreach (var backEnd in backEnds)
            backEnd.Sessions.RemoveAll(session => session.Customer == customer);
    }

    private static async Task FollowsAsync(ServiceProcess service, MintedToken token)
    {
        var status = 0;
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Converging; await Task.Delay(50))
        {
            if ((status = await service.PlayAsync(token.PlaybackUrl)) == 403)
                return;
        }
        Assert.Fail($"The edge answers {status} for a revoked session.");
    }

    /// <summary>Nobody plays any more: every slot is free again, those of requests that were never answered as well.</summary>
    private async Task AllAreReleasedAsync(ServiceProcess service, BackEnd backEnd)
    {
        var waiting = _customers.Concat(_former).ToList();
        for (var waited = Stopwatch.StartNew(); waiting.Count > 0 && waited.Elapsed < Releasing; await Task.Delay(1_000))
        {
            foreach (var customer in waiting.ToList())
            {
                if ((await service.GetAsync($"/v1/accounts/{customer.Id}")).GetProperty("heldSlots").GetInt32() == 0)
                    waiting.Remove(customer);
            }
        }
        Assert.Empty(waiting.Select(customer => customer.Id));
        foreach (var customer in _customers.Concat(_former))
        {
            for (var slot = 0; slot < Limit; slot++)
                Assert.Equal(200, await backEnd.MintAsync(customer));
            Assert.Equal(409, await backEnd.MintAsync(customer));
        }
    }
}
