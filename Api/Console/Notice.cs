namespace Portcullis.Api.Console;

/// <summary>What a form led to, told on the page that follows. Only its name travels in the address, so nobody can write on the page.</summary>
public enum Notice
{
    /// <summary>The session is blocked.</summary>
    Revoked,

    /// <summary>The block is lifted.</summary>
    Lifted,

    /// <summary>What was held is blocked.</summary>
    Released,

    /// <summary>What was held is rejected.</summary>
    Dropped,

    /// <summary>Nothing automatic is enforced.</summary>
    Disarmed,

    /// <summary>Automatic verdicts are enforced.</summary>
    Armed,

    /// <summary>Somebody else has released or dropped it.</summary>
    NotHeld,

    /// <summary>The revocation had ended or had been replaced.</summary>
    NotStanding,

    /// <summary>The reason was empty or too long.</summary>
    NoReason,

    /// <summary>The ledger cannot be written.</summary>
    NotStored,
}

/// <summary>Notices in addresses and in words.</summary>
internal static class Notices
{
    private const string Parameter = "notice";

    /// <summary>A local path with a notice added.</summary>
    public static string With(this string path, Notice notice)
    {
        var bare = path.Split('#')[0];
        return $"{bare}{(bare.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{Parameter}={notice}";
    }

    /// <summary>The notice in a request's address, or null.</summary>
    public static Notice? Of(HttpContext? context) =>
        Enum.TryParse<Notice>(context?.Request.Query[Parameter], out var notice) && Enum.IsDefined(notice) ? notice : null;

    public static string Text(this Notice notice) => notice switch
    {
        Notice.Revoked => "Revoked. The edge refuses this session from now on.",
        Notice.Lifted => "Lifted. The session may play again; evidence from before is void.",
        Notice.Released => "Released. The edge refuses this session from now on.",
        Notice.Dropped => "Dropped. The session plays on; evidence from before is void.",
        Notice.Disarmed => "Disarmed. Nothing automatic is enforced; what was blocked before stays blocked.",
        Notice.Armed => "Armed. Automatic verdicts are enforced from now on.",
        Notice.NotHeld => "Nothing changed: this decision is not held any more.",
        Notice.NotStanding => "Nothing changed: this revocation does not stand any more.",
        Notice.NoReason => "Nothing changed: give a reason of 1 to 500 characters.",
        _ => "The ledger cannot be written at the moment. Whether this was kept is not known: look again, then try again.",
    };

    public static bool IsSuccess(this Notice notice) => notice is Notice.Revoked or Notice.Lifted or Notice.Released or Notice.Dropped or Notice.Disarmed or Notice.Armed;
}
