using System.Globalization;
using Portcullis.Revocations;
using Portcullis.Tokens;

namespace Portcullis.Engine;

/// <summary>Ids of decisions: the same wish has the same id, so that asking again changes nothing.</summary>
internal static class DecisionIds
{
    /// <summary>The id of a decision that nobody asks for twice.</summary>
    public static string Draw() => "dec_" + SessionId.DrawRandom(20);

    /// <summary>The id of what a caller's request asks for.</summary>
    public static string OfRequest(string requestId) => "req_" + requestId;

    /// <summary>The id of a bulk order.</summary>
    public static string OfOrder(string requestId) => "bulk_" + requestId;

    /// <summary>The id of what an order does to a decision.</summary>
    public static string OfAnswer(Decision order, Decision answered) => string.Create(CultureInfo.InvariantCulture, $"{order.Id}.{answered.Sequence}");
}
