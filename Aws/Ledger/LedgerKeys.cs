using Portcullis.Aws.Tables;
using Portcullis.Revocations;
using Portcullis.Tokens;

namespace Portcullis.Aws.Ledger;

/// <summary>Where in the table what lies. Everything begins with the tenant.</summary>
internal static class LedgerKeys
{
    /// <summary>The sort key of an item that has its partition for itself.</summary>
    public const string Only = "-";

    public static readonly string Log = Tenant.Key("log"), Index = Tenant.Key("index"), Erasures = Tenant.Key("erasures"), Snapshots = Tenant.Key("snapshots"), Retention = Tenant.Key("retention");

    public static string OfId(string id) => Tenant.Key($"id#{id}");

    public static string OfOrder(string order) => Tenant.Key($"order#{order}");

    public static string OfSnapshot(string snapshot) => Tenant.Key($"snapshot#{snapshot}");

    /// <summary>An account and all of its sessions share a partition, so that it can be erased.</summary>
    public static string About(Subject subject) =>
        AboutOwner(subject.Kind == SubjectKind.Session && SessionId.AccountTagOf(subject.Value) is { IsEmpty: false } tag ? tag.ToString() : subject.Value);

    public static string AboutOwner(string tag) => Tenant.Key($"about#{tag}");

    /// <summary>A decision's place among those about its subject.</summary>
    public static string Place(Subject subject, long sequence) => $"{(int)subject.Kind}#{subject.Value}#{Number.Sortable(sequence)}";
}
