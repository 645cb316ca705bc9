using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using Portcullis.Api.Tests.Service;
using Portcullis.Tokens;

namespace Portcullis.Api.Tests;

[Collection(ServiceTests.Name)]
public sealed class ForgedRenewalTests(SharedService shared)
{
    private const int Requests = 2_000;

    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("PORTCULLIS_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 1;

    private readonly RunningService _service = shared.Service;

    [Fact]
    public async Task Renew_ForgedTokens_AreRefusedAndNothingOfThemIsTold()
    {
        var tickets = new[] { await _service.MintAsync(), await _service.MintAsync(account: "forged"), await _service.MintAsync() };
        var media = tickets[0].PlaybackUrl.AbsolutePath[(tickets[0].Segment.Length + 1)..];
        var forger = new Forger(Seed, [.. tickets.Select(ticket => ticket.Segment)], media);
        string[] secrets = [.. tickets.SelectMany(ticket => ticket.Segment.Split('.')[2..]).SelectMany(part => new[] { part[..20], part[^20..] })];
        for (var i = 0; i < Requests; i++)
        {
            var (path, query) = forger.Draw();
            var playbackUrl = query.Length == 0 ? path : $"{path}?{query}";

            using var response = await _service.Issuer.PostAsJsonAsync("/v1/tokens/renew", new { playbackUrl });

            var answer = await response.Content.ReadAsStringAsync();
            if (response.IsSuccessStatusCode)
            {
                var presented = Presented(path, query);
                var genuine = Assert.Single(tickets, ticket => ticket.Segment == presented);
                Assert.Contains($"\"{genuine.Sid}\"", answer, StringComparison.Ordinal);
                continue;
            }
            Assert.True(response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.NotFound, $"seed {Seed}, request {i}: {(int)response.StatusCode}");
            Assert.All(secrets, secret => Assert.DoesNotContain(secret, answer, StringComparison.Ordinal));
        }
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, _service.Log.Text, StringComparison.Ordinal));
    }

    /// <summary>The token that counts: in the path, or else in the query.</summary>
    private static string Presented(string path, string query)
    {
        Assert.Equal(TokenRejection.None, TokenSegment.TryCut(Encoding.UTF8.GetBytes(path), Encoding.UTF8.GetBytes(query), out var cut));
        return $"{Encoding.ASCII.GetString(cut.Sid)}.{Encoding.ASCII.GetString(cut.Signed)}.{Encoding.ASCII.GetString(cut.Signature)}";
    }
}
