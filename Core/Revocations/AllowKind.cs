namespace Portcullis.Revocations;

/// <summary>What an entry of the allow-list names.</summary>
public enum AllowKind
{
    /// <summary>One session, by its sid.</summary>
    Sid = 0,

    /// <summary>All sessions of an account, by its tag.</summary>
    Account = 1,

    /// <summary>Addresses, such as <c>192.0.2.0/24</c>.</summary>
    Cidr = 2,

    /// <summary>An autonomous system, by its number.</summary>
    Asn = 3,

    /// <summary>A user agent, whole, or its beginning when the value ends with <c>*</c>.</summary>
    UserAgent = 4,
}
