using Portcullis.Tokens;

namespace Portcullis.Revocations;

/// <summary>What a decision is about.</summary>
public enum SubjectKind
{
    /// <summary>One playback session, by its sid.</summary>
    Session = 0,

    /// <summary>All sessions of an account, by its tag.</summary>
    Account = 1,

    /// <summary>The whole installation: the kill switch, and orders for many.</summary>
    Installation = 2,

    /// <summary>An entry of the allow-list, by its id.</summary>
    AllowEntry = 3,
}

/// <summary>What a decision is about: a session or an account, or what people set up for all of them.</summary>
/// <param name="Kind">Session, account, installation or entry.</param>
/// <param name="Value">The sid, the account tag, <c>all</c>, or the entry's id.</param>
public readonly record struct Subject(SubjectKind Kind, string Value)
{
    /// <summary>The whole installation.</summary>
    public static readonly Subject Installation = new(SubjectKind.Installation, "all");

    /// <summary>An entry of the allow-list.</summary>
    public static Subject Entry(string id) => new(SubjectKind.AllowEntry, id);

    /// <summary>A session.</summary>
    public static Subject Session(string sid) => new(SubjectKind.Session, sid);

    /// <summary>An account.</summary>
    public static Subject Account(string tag) => new(SubjectKind.Account, tag);

    /// <summary>Whether this is an account, or a session of it.</summary>
    /// <param name="tag">The account's tag.</param>
    public bool IsOfAccount(string tag) => Kind == SubjectKind.Account ? Value == tag : SessionId.AccountTagOf(Value).SequenceEqual(tag);

    /// <summary>Whether it is a session or an account in the right form: something that can be blocked.</summary>
    public bool IsValid => Kind switch
    {
        SubjectKind.Session => SessionId.IsValid(Value),
        SubjectKind.Account => SessionId.IsAccountTag(Value),
        _ => false,
    };
}
