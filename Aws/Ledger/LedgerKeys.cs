using System.Globalization;
using Portcullis.Aws.Tables;
using Portcullis.Revocations;
using Portcullis.Tokens;

namespace Portcullis.Aws.Ledger;

/// <summary>Where in the table what lies. Everything begins with the tenant.</summary>
internal static class LedgerKeys
{
    /// <summary>The sort key of an item that has its partition for itself.</summary>
    public const string Only = "-";

    public const string Log = Tenant.Default + "#log", Index = Tenant.Default + "#index", Erasures = Tenant.Default + "#erasures", Snapshots = Tenant.Default + "#snapshots", Retention = Tenant.Default + "#retention";

    /// <summary>A number as a text that sorts like it.</summary>
    public static string Number(long number) => number.ToString("D19", CultureInfo.InvariantCulture);

    public static string OfId(string id) => $"{Tenant.Default}#id#{id}";

    public static string OfOrder(string order) => $"{Tenant.Default}#order#{order}";

    public static string OfSnapshot(string snapshot) => $"{Tenant.Default}#snapshot#{snapshot}";

    /// <summary>An account and all of its sessions share a partition, so that it can be erased.</summary>
    public static string About(Subject subject) =>
        AboutOwner(subject.Kind == SubjectKind.Session && SessionId.AccountTagOf(subject.Value) is { IsEmpty: false } tag ? tag.ToString() : subject.Value);

    public static string AboutOwner(string tag) => $"{Tenant.Default}#about#{tag}";

    /// <summary>A decision's place among those about its subject.</summary>
    public static string Place(Subject subject, long sequence) => $"{(int)subject.Kind}#{subject.Value}#{Number(sequence)}";
}
