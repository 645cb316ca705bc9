using Portcullis.Tokens;

namespace Portcullis.Revocations;

/// <summary>What a decision is about.</summary>
public enum SubjectKind
{
    /// <summary>One playback session, by its sid.</summary>
    Session = 0,

    /// <summary>All sessions of an account, by its tag.</summary>
    Account = 1,
}

/// <summary>A session or an account that a decision is about.</summary>
/// <param name="Kind">Session or account.</param>
/// <param name="Value">The sid or the account tag.</param>
public readonly record struct Subject(SubjectKind Kind, string Value)
{
    /// <summary>A session.</summary>
    public static Subject Session(string sid) => new(SubjectKind.Session, sid);

    /// <summary>An account.</summary>
    public static Subject Account(string tag) => new(SubjectKind.Account, tag);

    /// <summary>Whether this is an account, or a session of it.</summary>
    /// <param name="tag">The account's tag.</param>
    public bool IsOfAccount(string tag) => Kind == SubjectKind.Account ? Value == tag : SessionId.AccountTagOf(Value).SequenceEqual(tag);

    /// <summary>Whether the value has the form that its kind asks for.</summary>
    public bool IsValid => Kind == SubjectKind.Session ? SessionId.IsValid(Value) : SessionId.IsAccountTag(Value);
}
