using Portcullis.Cli.Service.Contract;

namespace Portcullis.Cli.Output;

/// <summary>An automatic revocation that waits for a person.</summary>
internal static class HeldText
{
    /// <summary>Since when and why, for a table.</summary>
    public static string? Short(HeldRecord? held) => held is null ? null : $"since {Moment.Text(held.At)}: {Cause(held)}";

    /// <summary>Since when and why, and how to end it.</summary>
    public static IEnumerable<string> Lines(HeldRecord? held)
    {
        if (held is null)
        {
            yield break;
        }

        yield return $"held since {Moment.Text(held.At)} ({Cause(held)}), id {held.Id}: {held.Reason}";
        yield return $"  decide with: portcullis held release {held.Id} or portcullis held drop {held.Id}";
    }

    private static string Cause(HeldRecord held) => held.HeldFor switch
    {
        "userAgent" => "one app version",
        "network" => "one network",
        _ => "too many in a minute",
    };
}
