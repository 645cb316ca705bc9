using System.Globalization;
using Portcullis.Accounts;
using Portcullis.Api.Contract;
using Portcullis.Api.Problems;
using Portcullis.Engine;

namespace Portcullis.Api.Endpoints;

/// <summary>Tells a back-end why an account may not have another session, so that it can tell the viewer.</summary>
internal sealed class AccountRefusal(ISessionEngine sessions)
{
    public async ValueTask<IResult> AnswerAsync(MintJudgement judgement, HttpResponse response, CancellationToken cancellation)
    {
        if (judgement.Outcome == MintOutcome.Full)
            return await FullAsync(judgement, cancellation).ConfigureAwait(false);
        response.Headers.RetryAfter = judgement.RetryAfter.ToString(CultureInfo.InvariantCulture);
        return judgement.Outcome == MintOutcome.TooFast
            ? Problem.Of(StatusCodes.Status429TooManyRequests, "account-mint-rate", $"account: more than {judgement.Limits.MintsPerMinute} tokens were asked for within a minute")
            : Problem.Of(StatusCodes.Status429TooManyRequests, "account-tokens", $"account: {judgement.Limits.MaxOutstandingTokens} sessions have a token that is still valid; use or renew one of them");
    }

    private async ValueTask<IResult> FullAsync(MintJudgement judgement, CancellationToken cancellation)
    {
        var held = new List<SlotResponse>(judgement.Holders.Count);
        foreach (var slot in judgement.Holders)
            held.Add(SlotResponse.Of(slot, await sessions.FindAsync(slot.Sid, cancellation).ConfigureAwait(false)));
        return Problem.Of(
            StatusCodes.Status409Conflict, "account-full", $"account: all of its {judgement.Limits.MaxSessions} sessions are in use",
            new Dictionary<string, object?> { ["maxSessions"] = judgement.Limits.MaxSessions, ["sessions"] = held });
    }
}
