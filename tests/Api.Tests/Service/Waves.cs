using Portcullis.Revocations;
using Portcullis.Sessions;

namespace Portcullis.Api.Tests.Service;

/// <summary>Automatic decisions as the detectors' sink makes them, for waves that a test cannot bring about by playing.</summary>
internal static class Waves
{
    public static Decision Verdict(string sid, string asset = "sample-live")
    {
        var now = DateTimeOffset.UtcNow;
        return new Decision
        {
            Id = $"auto-{sid}-0", Kind = DecisionKind.Revoke, Subject = Subject.Session(sid), Source = DecisionSource.Auto, Reason = "Two viewers.", Actor = "detectors", At = now,
            Until = now.AddDays(1).ToUnixTimeSeconds(), Score = 85, EvidenceUntil = now.ToUnixTimeMilliseconds(), AssetId = asset, PolicyVersion = "0123456789ab",
            Evidence = [new Finding("doubled-positions", 85, "Two viewers.", 5, now.ToUnixTimeMilliseconds()) { IsDecisive = true }],
        };
    }
}
