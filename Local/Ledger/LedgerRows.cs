using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Portcullis.Engine;
using Portcullis.Local.Storage;
using Portcullis.Revocations;

namespace Portcullis.Local.Ledger;

/// <summary>Reads the ledger's rows.</summary>
internal static class LedgerRows
{
    /// <summary>
    /// The state at a time, from the decisions that can still matter: all about every subject that one of them is about, since an earlier
    /// or later one may have ended otherwise.
    /// </summary>
    /// <param name="connection">The database.</param>
    /// <param name="now">Epoch seconds.</param>
    public static RevocationSnapshot ReadState(SqliteConnection connection, long now)
    {
        var state = connection.Query(
            """
            SELECT sequence, body FROM decisions
            WHERE (subject_kind, subject) IN (SELECT subject_kind, subject FROM decisions WHERE ends >= :now)
            ORDER BY sequence
            """,
            Read, (":now", now))
            .Aggregate(RevocationSnapshot.Empty, (state, decision) => state.Apply(decision));
        return state.AsOf(Convert.ToInt64(connection.Scalar("SELECT coalesce(max(sequence), 0) FROM decisions"), CultureInfo.InvariantCulture)).Without(now);
    }

    public static Decision? Find(SqliteConnection connection, string id) =>
        connection.Query("SELECT sequence, body FROM decisions WHERE id = :id", Read, (":id", id)).FirstOrDefault();

    public static Decision At(SqliteConnection connection, long sequence) =>
        connection.Query("SELECT sequence, body FROM decisions WHERE sequence = :sequence", Read, (":sequence", sequence)).Single();

    /// <summary>Sequences of the decisions from before a time that still have evidence, or say what the session was watched with.</summary>
    public static List<long> WithEvidenceBefore(SqliteConnection connection, DateTimeOffset time) => connection.Query(
        """
        SELECT sequence FROM decisions
        WHERE at < :at AND (json_array_length(body, '$.evidence') > 0 OR body ->> '$.userAgent' IS NOT NULL OR body ->> '$.asn' IS NOT NULL)
        """,
        static row => row.GetInt64(0), (":at", time.ToUnixTimeSeconds()));

    /// <summary>Writes a decision's text anew, in its place.</summary>
    public static int Rewrite(SqliteConnection connection, Decision decision) =>
        connection.Execute("UPDATE decisions SET body = :body WHERE sequence = :sequence", (":sequence", decision.Sequence), (":body", BodyOf(decision)));

    /// <summary>A decision as it is stored: its sequence is the row's.</summary>
    public static string BodyOf(Decision decision) => JsonSerializer.Serialize(decision with { Sequence = 0 }, StoredJson.Options);

    public static List<Decision> ReadAfter(SqliteConnection connection, long sequence) =>
        connection.Query("SELECT sequence, body FROM decisions WHERE sequence > :sequence ORDER BY sequence", Read, (":sequence", sequence));

    public static Decision? LastVoid(SqliteConnection connection, Subject subject) => connection.Query(
        "SELECT sequence, body FROM decisions WHERE subject_kind = :kind AND subject = :subject AND kind IN ('lift', 'drop') ORDER BY sequence DESC LIMIT 1",
        Read, (":kind", (int)subject.Kind), (":subject", subject.Value)).FirstOrDefault();

    /// <summary>Automatic decisions since a time, the oldest first.</summary>
    public static IEnumerable<Decision> ReadAskedAfter(SqliteConnection connection, DateTimeOffset time) => connection.Query(
        "SELECT sequence, body FROM decisions WHERE source = 'auto' AND at >= :at",
        Read, (":at", time.ToUnixTimeSeconds()))
        .Where(decision => decision.IsAutomatic && decision.At > time).OrderBy(decision => decision.At);

    public static List<Decision> Search(SqliteConnection connection, DecisionQuery query, long before, int limit)
    {
        var filter = query.Filter;
        return connection.Query(
            """
            SELECT sequence, body FROM decisions
            WHERE (:subject IS NULL OR (subject_kind = :subjectKind AND subject = :subject)) AND sequence < :before
                AND (:kind IS NULL OR kind = :kind) AND (:source IS NULL OR source = :source) AND (:asset IS NULL OR asset = :asset)
                AND (:from IS NULL OR body ->> '$.at' >= :from) AND (:to IS NULL OR body ->> '$.at' < :to)
                AND (:actor IS NULL OR body ->> '$.actor' = :actor) AND (:policy IS NULL OR body ->> '$.policyVersion' = :policy)
                AND (:agent IS NULL OR body ->> '$.userAgent' = :agent) AND (:asn IS NULL OR body ->> '$.asn' = :asn)
                AND (:detector IS NULL OR EXISTS (SELECT 1 FROM json_each(body, '$.evidence') WHERE value ->> '$.detector' = :detector))
            ORDER BY sequence DESC LIMIT :limit
            """,
            Read,
            (":subject", query.Subject?.Value), (":subjectKind", (int?)query.Subject?.Kind), (":before", before), (":limit", limit),
            (":kind", Name(query.Kind)), (":source", Name(filter.Source)), (":asset", filter.Asset),
            (":from", Text(filter.From)), (":to", Text(filter.To)),
            (":actor", filter.Actor), (":policy", filter.PolicyVersion), (":agent", filter.UserAgent), (":asn", (long?)filter.Asn), (":detector", filter.Detector));
    }

    public static int CountOf(SqliteConnection connection, Decision order) => Convert.ToInt32(
        connection.Scalar("SELECT count(*) FROM decisions WHERE sequence > :sequence AND body ->> '$.order' = :order", (":sequence", order.Sequence), (":order", order.Id)),
        CultureInfo.InvariantCulture);

    public static Decision Read(SqliteDataReader row) =>
        JsonSerializer.Deserialize<Decision>(row.GetString(1), StoredJson.Options)! with { Sequence = row.GetInt64(0) };

    private static string? Name<T>(T? value) where T : struct, Enum => value is { } known ? JsonNamingPolicy.CamelCase.ConvertName(known.ToString()) : null;

    /// <summary>A time as bodies have it. Those are in UTC, so they sort like their texts.</summary>
    private static string? Text(DateTimeOffset? time) => time is { } known ? JsonSerializer.SerializeToElement(known.ToUniversalTime()).GetString() : null;
}
